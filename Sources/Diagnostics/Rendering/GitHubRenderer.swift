import Notation

/// Findings as workflow commands, which GitHub Actions shows beside the changed lines.
package struct GitHubRenderer: Sendable {
    package init() {}

    /// One command a line.
    package func render(_ files: [FileDiagnostics]) -> String {
        files.map { file in file.diagnostics.map { command($0, file.source.name) + "\n" }.joined() }.joined()
    }

    private func command(_ diagnostic: Diagnostic, _ file: String) -> String {
        let range = diagnostic.range
        // An annotation over several lines takes no columns.
        let columns =
            range.end.line == range.start.line
            ? ",col=\(range.start.column),endColumn=\(range.end.column)" : ""
        let properties = "file=\(property(file)),line=\(range.start.line),endLine=\(range.end.line)\(columns)"
        let help = diagnostic.suggestion.map { "\n" + $0.text } ?? ""
        return "::\(level(diagnostic.severity)) \(properties),title=\(property(diagnostic.rule.rawValue))"
            + "::\(data(diagnostic.message + help))"
    }

    private func level(_ severity: Severity) -> String {
        switch severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
    }

    private func data(_ text: String) -> String { escape(text, "%\r\n") }

    private func property(_ text: String) -> String { escape(text, "%\r\n:,") }

    private func escape(_ text: String, _ special: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if special.unicodeScalars.contains(scalar) {
                result += PercentEncoding.encode(String(scalar).utf8) { _ in false }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
