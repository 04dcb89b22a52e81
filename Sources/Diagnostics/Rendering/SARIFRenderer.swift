import Notation

/// Findings as SARIF 2.1.0, which code-scanning services read.
package struct SARIFRenderer: Sendable {
    private let version: String

    /// - Parameter version: the program's version, as the report names it.
    package init(version: String) { self.version = version }

    /// The whole document, indented, with a line break at the end.
    package func render(_ files: [FileDiagnostics]) -> String {
        let document: JSONLiteral = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver],
                    "columnKind": "unicodeCodePoints",
                    "results": .array(
                        files.flatMap { file in file.diagnostics.map { result($0, file.source.name) } })
                ]
            ]
        ]
        return document.text(pretty: true) + "\n"
    }

    private var driver: JSONLiteral {
        [
            "name": "FeedSpine",
            "version": .string(version),
            "rules": .array(Rule.allCases.map(describe))
        ]
    }

    private func describe(_ rule: Rule) -> JSONLiteral {
        [
            "id": .string(rule.rawValue),
            "shortDescription": ["text": .string(rule.summary)],
            "help": ["text": .string(rule.help)],
            "defaultConfiguration": ["level": .string(rule.severity.rawValue)]
        ]
    }

    private func result(_ diagnostic: Diagnostic, _ file: String) -> JSONLiteral {
        let help = diagnostic.suggestion.map { "\n" + $0.text } ?? ""
        var members: [JSONLiteral.Member] = [
            .init("ruleId", .string(diagnostic.rule.rawValue)),
            .init("ruleIndex", .int(Rule.allCases.firstIndex(of: diagnostic.rule) ?? -1)),
            .init("level", .string(diagnostic.severity.rawValue)),
            .init("message", ["text": .string(diagnostic.message + help)]),
            .init("locations", [location(diagnostic.range, file)])
        ]
        if !diagnostic.notes.isEmpty {
            members.append(.init("relatedLocations", .array(diagnostic.notes.map { related($0, file) })))
        }
        if case .replacement(let text)? = diagnostic.suggestion {
            members.append(.init("fixes", [fix(diagnostic.range, text, file)]))
        }
        return .object(members)
    }

    private func location(_ range: SourceRange, _ file: String) -> JSONLiteral {
        ["physicalLocation": ["artifactLocation": artifact(file), "region": region(range)]]
    }

    private func related(_ note: Diagnostic.Note, _ file: String) -> JSONLiteral {
        location(note.range ?? .start, file).adding([.init("message", ["text": .string(note.message)])])
    }

    private func fix(_ range: SourceRange, _ text: String, _ file: String) -> JSONLiteral {
        [
            "description": ["text": .string("Replace with \(quoted(text)).")],
            "artifactChanges": [
                [
                    "artifactLocation": artifact(file),
                    "replacements": [
                        ["deletedRegion": region(range), "insertedContent": ["text": .string(text)]]
                    ]
                ]
            ]
        ]
    }

    private func region(_ range: SourceRange) -> JSONLiteral {
        [
            "startLine": .int(range.start.line), "startColumn": .int(range.start.column),
            "endLine": .int(range.end.line), "endColumn": .int(range.end.column)
        ]
    }

    private func artifact(_ file: String) -> JSONLiteral { ["uri": .string(Self.uri(file))] }

    /// The path as a URI reference: everything but unreserved characters and `/` is percent-encoded.
    static func uri(_ path: String) -> String {
        (path.hasPrefix("/") ? "file://" : "")
            + PercentEncoding.encode(path.utf8) {
                $0 == UInt8(ascii: "/") || PercentEncoding.isUnreserved($0)
            }
    }
}
