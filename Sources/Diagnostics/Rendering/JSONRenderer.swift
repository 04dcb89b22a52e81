/// Findings for programs: one JSON object with the totals and a list.
package struct JSONRenderer: Sendable {
    package init() {}

    /// The whole document, indented, with a line break at the end.
    package func render(_ files: [FileDiagnostics]) -> String {
        let findings = findings(files).map { JSONLiteral.object($0.members) }
        let document: JSONLiteral = [
            "errors": .int(files.reduce(0) { $0 + $1.errorCount }),
            "warnings": .int(files.reduce(0) { $0 + $1.warningCount }),
            "diagnostics": .array(findings)
        ]
        return document.text(pretty: true) + "\n"
    }

    /// Each finding by itself, the members of its object in order.
    package func findings(
        _ files: [FileDiagnostics]
    ) -> [(severity: Severity, members: [JSONLiteral.Member])] {
        files.flatMap { file in
            file.diagnostics.map { ($0.severity, members(of: $0, in: file.source.name)) }
        }
    }

    private func members(of diagnostic: Diagnostic, in file: String) -> [JSONLiteral.Member] {
        var members: [JSONLiteral.Member] = [
            .init("file", .string(file)),
            .init("severity", .string(diagnostic.severity.rawValue)),
            .init("rule", .string(diagnostic.rule.rawValue)),
            .init("message", .string(diagnostic.message)),
            .init("start", position(diagnostic.range.start)),
            .init("end", position(diagnostic.range.end))
        ]
        if let suggestion = diagnostic.suggestion { members.append(.init("help", .string(suggestion.text))) }
        if case .replacement(let text)? = diagnostic.suggestion {
            members.append(.init("replacement", .string(text)))
        }
        if !diagnostic.notes.isEmpty { members.append(.init("notes", .array(diagnostic.notes.map(note)))) }
        return members
    }

    private func note(_ note: Diagnostic.Note) -> JSONLiteral {
        let place = note.range.map { [JSONLiteral.Member("start", position($0.start))] } ?? []
        return JSONLiteral.object([.init("message", .string(note.message))]).adding(place)
    }

    private func position(_ position: SourcePosition) -> JSONLiteral {
        ["line": .int(position.line), "column": .int(position.column), "offset": .int(position.offset)]
    }
}
