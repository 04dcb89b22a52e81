/// What is known of HTML's elements.
enum HTMLElements {
    /// Whether the element has neither content nor end tag.
    static func isVoid(_ name: String) -> Bool { void.contains(name.asciiLowercased) }

    private static let void: Set<String> = [
        "area", "base", "basefont", "br", "col", "command", "embed", "frame", "hr", "img", "input", "isindex",
        "keygen", "link", "meta", "param", "source", "track", "wbr"
    ]

    /// What an element means for the text around and inside it. One that is neither in a line nor breaks it separates
    /// words.
    struct TextRole: OptionSet {
        let rawValue: UInt8

        static let inline = TextRole(rawValue: 1)
        /// It has more than a line, or is the line break.
        static let breaking = TextRole(rawValue: 2)
        /// White space in it means something.
        static let preformatted = TextRole(rawValue: 4)
        /// Its content is no text to read.
        static let hidden = TextRole(rawValue: 8)
    }

    /// - Parameters:
    ///   - name: packed; 0 for longer names.
    ///   - written: the same as it stands there.
    @inline(__always) static func textRole(_ name: UInt64, written: Bytes) -> TextRole {
        guard name == 0 else { return TextRole(rawValue: textRoles[name]) }
        return written.equalsIgnoringCase("blockquote") || written.equalsIgnoringCase("figcaption")
            ? .breaking : []
    }

    private static let textRoles = PackedWordTable([
        (
            """
            a b i em strong span code img u s sub sup small big font abbr acronym cite q kbd tt mark time wbr del ins \
            var samp dfn strike label bdo bdi ruby rt data
            """, TextRole.inline.rawValue
        ),
        (
            """
            p br div li ul ol h2 h3 h4 tr table pre hr h1 h5 h6 dl dt dd figure section article header footer aside \
            nav main address form fieldset details summary center caption thead tbody tfoot dir menu hgroup legend
            """, TextRole.breaking.rawValue
        ),
        ("pre", TextRole.preformatted.rawValue), ("script style title template", TextRole.hidden.rawValue)
    ])
}
