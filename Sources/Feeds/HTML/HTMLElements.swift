/// What is known of HTML's elements.
enum HTMLElements {
    /// Whether the element has neither content nor end tag.
    static func isVoid(_ name: String) -> Bool { void.contains(name.asciiLowercased) }

    private static let void: Set<String> = [
        "area", "base", "basefont", "br", "col", "command", "embed", "frame", "hr", "img", "input", "isindex",
        "keygen", "link", "meta", "param", "source", "track", "wbr",
    ]

    /// A name of at most eight ASCII letters and digits as one number, in lower case; 0 for others.
    @inline(__always) static func packed(_ name: Bytes) -> UInt64 {
        guard name.count <= 8 else { return 0 }
        var packed: UInt64 = 0
        for byte in name { packed = packed << 8 | UInt64(byte.lowercased) }
        return packed
    }

    /// Whether the element stands inside a line of text, so that it does not separate words.
    @inline(__always) static func isInline(_ name: UInt64) -> Bool { inline.contains(name) }

    private static let inline: [UInt64] =
        [
            "a", "b", "i", "em", "strong", "span", "code", "img", "u", "s", "sub", "sup", "small", "big", "font",
            "abbr", "acronym", "cite", "q", "kbd", "tt", "mark", "time", "wbr", "del", "ins", "var", "samp", "dfn",
            "strike", "label", "bdo", "bdi", "ruby", "rt", "data",
        ].map { (name: String) in name.utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }

    /// Elements whose content is no text to read.
    @inline(__always) static func isHidden(_ name: UInt64) -> Bool {
        name == script || name == style || name == title || name == template
    }

    private static let script = "script".utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    private static let style = "style".utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    private static let title = "title".utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    private static let template = "template".utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
}
