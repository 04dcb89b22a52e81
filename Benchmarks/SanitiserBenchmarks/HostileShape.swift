/// A text that grows with a count, of a kind that costs some parsers the square of its length.
struct HostileShape: Sendable {
    let name: String
    /// What stands once in front, and what is repeated before and after a word.
    private let parts: (start: String, open: String, close: String)

    /// The text with so many elements.
    func html(_ count: Int) -> String {
        parts.start + String(repeating: parts.open, count: count) + "text"
            + String(repeating: parts.close, count: count)
    }

    private init(_ name: String, _ open: String, _ close: String = "", after start: String = "") {
        self.name = name
        parts = (start, open, close)
    }

    /// Elements inside one another, with end tags.
    private static let nested = [
        "div", "a", "b", "table", "svg", "math", "form", "font", "select", "template", "span", "blockquote",
        "object"
    ].map { HostileShape($0, "<\($0)>", "</\($0)>") }

    /// Elements that never end, or that end what is not open, or the wrong thing.
    private static let broken = [
        HostileShape("li-unclosed", "<ul><li>x"),
        HostileShape("li-flat-unclosed", "<li>x"),
        HostileShape("p-unclosed", "<p>x"),
        HostileShape("div-unclosed", "<div>"),
        HostileShape("formatting-unclosed", "<p><b><i><font>x"),
        HostileShape("anchors-across-blocks", "<a href=x><div>", "</a></div>"),
        HostileShape("formatting-crossed", "<b><i>", "</b></i>"),
        HostileShape("end-tags-without-start", "<div>", "</section>"),
        HostileShape("p-ends-without-start", "<b>", "</p>"),
        HostileShape("cells", "<table><tr><td>", "</td></tr></table>"),
        HostileShape("cells-unclosed", "<table><td>"),
        HostileShape("options-unclosed", "<select><option>x"),
        HostileShape("svg-in-math", "<svg><title><math><mi>", "</mi></math></title></svg>"),
        HostileShape("templates-in-tables", "<table><template><tr>", "</tr></template></table>"),
        HostileShape("dd-unclosed", "<dl><dt>x<dd>y"),
        HostileShape("headings-crossed", "<h1><p><h2>"),
        HostileShape("quotes-unclosed", "<a title=\"x"),
        HostileShape("comments-unclosed", "<!-- x"),
        HostileShape("sections-unclosed", "<![CDATA[x"),
        HostileShape("tags-unclosed", "<b "),
        HostileShape("references-unclosed", "&amp"),
        HostileShape("styles", "<p style=\"color: red; background: url(x)\">"),
        HostileShape("one-style", "color: red;", after: "<p style=\""),
        HostileShape("one-srcset", "x 1x, ", after: "<img srcset=\"")
    ]

    static let all = nested + broken
}
