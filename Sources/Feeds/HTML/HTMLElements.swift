/// What is known of HTML's elements.
enum HTMLElements {
    /// Whether the element has neither content nor end tag.
    static func isVoid(_ name: String) -> Bool { void.contains(name.asciiLowercased) }

    private static let void: Set<String> = [
        "area", "base", "basefont", "br", "col", "command", "embed", "frame", "hr", "img", "input", "isindex",
        "keygen", "link", "meta", "param", "source", "track", "wbr"
    ]

    /// Whether the element stands inside a line of text, so that it does not separate words.
    @inline(__always) static func isInline(_ name: UInt64) -> Bool { inline.contains(name) }

    private static let inline = PackedWord.list(
        """
        a b i em strong span code img u s sub sup small big font abbr acronym cite q kbd tt mark time wbr del ins var \
        samp dfn strike label bdo bdi ruby rt data
        """)

    /// Elements whose content is no text to read.
    @inline(__always) static func isHidden(_ name: UInt64) -> Bool { hidden.contains(name) }

    private static let hidden = PackedWord.list("script style title template")
}
