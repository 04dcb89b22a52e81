/// What is known of HTML's elements.
enum HTMLElements {
    /// Whether the element has neither content nor end tag.
    static func isVoid(_ name: String) -> Bool { void.contains(name.asciiLowercased) }

    private static let void: Set<String> = [
        "area", "base", "basefont", "br", "col", "command", "embed", "frame", "hr", "img", "input", "isindex",
        "keygen", "link", "meta", "param", "source", "track", "wbr"
    ]

    /// What the tags of an element put between the words before and after them.
    ///
    /// - Parameters:
    ///   - name: packed; 0 for longer names.
    ///   - written: the same as it stands there.
    @inline(__always) static func gap(_ name: UInt64, written: Bytes) -> HTMLText.Gap {
        guard name != 0 else {
            return written.equalsIgnoringCase("blockquote") || written.equalsIgnoringCase("figcaption")
                ? .line : .space
        }
        if inline.contains(name) { return .none }
        return breaking.contains(name) ? .line : .space
    }

    static func isPreformatted(_ name: UInt64) -> Bool { name == preformatted }

    private static let preformatted = PackedWord.of("pre")

    /// Elements of more than a line, and the line break.
    private static let breaking = PackedWord.list(
        """
        p br div li ul ol h2 h3 h4 tr table pre hr h1 h5 h6 dl dt dd figure section article header footer aside nav \
        main address form fieldset details summary center caption thead tbody tfoot dir menu hgroup legend
        """)

    private static let inline = PackedWord.list(
        """
        a b i em strong span code img u s sub sup small big font abbr acronym cite q kbd tt mark time wbr del ins var \
        samp dfn strike label bdo bdi ruby rt data
        """)

    /// Elements whose content is no text to read.
    @inline(__always) static func isHidden(_ name: UInt64) -> Bool { hidden.contains(name) }

    private static let hidden = PackedWord.list("script style title template")
}
