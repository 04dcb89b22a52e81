/// Findings for people: a headline, the line with an underline, help and notes.
///
///     news.yaml:7:14: error[unknown-option]: unknown option `sise` of `batch`
///       7 |   - batch: { sise: 100 }
///         |              ^^^^
///         = help: did you mean `size`?
package struct TextRenderer: Sendable {
    /// Whether to colour with ANSI sequences; the caller looks at the terminal and `NO_COLOR`.
    package let colour: Bool

    /// The findings of one file that are shown; nobody reads more before mending these.
    private static let limit = 200

    package init(colour: Bool = false) { self.colour = colour }

    /// All findings of all files with a line of totals at the end; empty when there are none.
    package func render(_ files: [FileDiagnostics]) -> String {
        var output = ""
        for file in files {
            for diagnostic in file.diagnostics.prefix(Self.limit) {
                output += render(diagnostic, in: file.source) + "\n"
            }
            let rest = file.diagnostics.count - Self.limit
            if rest > 0 { output += "… and \(rest) more in \(printable(file.source.name))\n\n" }
        }
        return output + totals(files)
    }

    /// One finding, with a line break at the end.
    package func render(_ diagnostic: Diagnostic, in source: SourceText) -> String {
        let place = "\(printable(source.name)):\(diagnostic.range.start): "
        let label = "\(diagnostic.severity.rawValue)[\(diagnostic.rule.rawValue)]"
        var output = paint(place, .bold) + paint(label, style(diagnostic.severity))
        output += paint(": " + message(diagnostic.message), .bold) + "\n"
        let gutter = String(diagnostic.range.start.line).count + 2
        if !source.bytes.isEmpty { output += excerpt(diagnostic, in: source, gutter: gutter) }
        let margin = String(repeating: " ", count: gutter) + " = "
        if let suggestion = diagnostic.suggestion {
            output += margin + paint("help", .bold) + ": " + message(suggestion.text) + "\n"
        }
        for note in diagnostic.notes {
            let place = note.range.map { " (\(printable(source.name)):\($0.start))" } ?? ""
            output += margin + paint("note", .bold) + ": " + message(note.message) + place + "\n"
        }
        return output
    }

    private func excerpt(_ diagnostic: Diagnostic, in source: SourceText, gutter: Int) -> String {
        let excerpt = Excerpt(of: diagnostic.range, in: source)
        let number = "  \(excerpt.line) | "
        let margin =
            String(repeating: " ", count: gutter) + " | " + String(repeating: " ", count: excerpt.indent)
        let underline = String(repeating: "^", count: excerpt.length)
        return paint(number, .dim) + excerpt.text + "\n"
            + paint(margin, .dim) + paint(underline, style(diagnostic.severity)) + "\n"
    }

    private func totals(_ files: [FileDiagnostics]) -> String {
        let errors = files.reduce(0) { $0 + $1.errorCount }
        let warnings = files.reduce(0) { $0 + $1.warningCount }
        let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return parts.isEmpty ? "" : parts.joined(separator: ", ") + "\n"
    }

    /// Messages carry names from the file: nothing in them may steer the terminal or fill the screen.
    private func message(_ text: String) -> String {
        let limit = 2000
        return printable(text.utf8.count > limit ? String(text.prefix(limit)) + "…" : text)
    }

    private enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "1;31"
        case yellow = "1;33"
        case blue = "1;34"
    }

    private func style(_ severity: Severity) -> Style {
        switch severity {
        case .error: .red
        case .warning: .yellow
        case .note: .blue
        }
    }

    private func paint(_ text: String, _ style: Style) -> String {
        colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
