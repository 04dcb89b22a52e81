package import Diagnostics

/// Checks that every component of a catalogue keeps the promises that users rely on: documentation for everything,
/// an example that is valid, and findings with places for bad options. Tests run it over the real catalogue.
package struct CatalogAudit: Sendable {
    /// One component of one kind.
    package struct Subject: Sendable, CustomStringConvertible {
        package let kind: String
        package let component: ComponentDescription
        package let example: String

        package init(kind: String, component: ComponentDescription, example: String) {
            self.kind = kind
            self.component = component
            self.example = example
        }

        package var description: String { "\(kind) \(component.name)" }
    }

    private let catalog: Catalog
    private let checkExpression: @Sendable (ExpressionSource) -> [Diagnostic]

    /// - Parameter checkExpression: finds what is wrong with the expressions of examples.
    package init(
        _ catalog: Catalog,
        checkExpression: @escaping @Sendable (ExpressionSource) -> [Diagnostic] = { _ in [] }
    ) {
        self.catalog = catalog
        self.checkExpression = checkExpression
    }

    /// All components.
    package var subjects: [Subject] {
        func subjects(_ kind: String, _ components: [ComponentDescription]) -> [Subject] {
            components.map { Subject(kind: kind, component: $0, example: $0.exampleYAML) }
        }
        return subjects("source", catalog.sources.descriptions)
            + subjects("stage", catalog.stages.descriptions)
            + subjects("map", catalog.maps.descriptions) + subjects("sink", catalog.sinks.descriptions)
    }

    /// What is wrong with a component, in sentences; empty when all is well.
    package func problems(of subject: Subject) -> [String] {
        documentationProblems(subject) + exampleProblems(subject) + findingProblems(subject)
    }

    private func documentationProblems(_ subject: Subject) -> [String] {
        var problems: [String] = []
        if !Self.isSnakeCase(subject.component.name) { problems.append("the name is not snake_case") }
        if !subject.component.doc.hasSuffix(".") { problems.append("the description is not a sentence") }
        for row in OptionRow.rows(subject.component.fields) {
            if !row.field.doc.hasSuffix(".") {
                problems.append("the description of `\(row.path)` is not a sentence")
            }
            if !subject.component.isValue, !Self.isSnakeCase(row.field.name) {
                problems.append("the option `\(row.path)` is not snake_case")
            }
            for choice in row.field.choices where !choice.doc.hasSuffix(".") {
                problems.append("the description of `\(row.path)`: `\(choice.name)` is not a sentence")
            }
        }
        for field in subject.component.fields
        where field.isRequired && field.example == nil && field.members.isEmpty {
            problems.append("the required option `\(field.name)` has no example")
        }
        return problems
    }

    private func exampleProblems(_ subject: Subject) -> [String] {
        let reading = read(spec(subject, subject.example))
        guard reading.spec == nil else { return [] }
        return ["the example is not valid:\n" + TextRenderer().render([reading.diagnostics])]
    }

    /// An option that does not exist, and each required option left out, must be found where they are.
    private func findingProblems(_ subject: Subject) -> [String] {
        guard !subject.component.isValue, !subject.component.fields.isEmpty else { return [] }
        let name = subject.component.name
        var problems: [String] = []
        if !finds(.unknownOption, in: spec(subject, "\(name): { zz_unknown_zz: 1 }\n"), at: "zz_unknown_zz") {
            problems.append("an unknown option is not found in its place")
        }
        let required = subject.component.fields.filter(\.isRequired)
        if !required.isEmpty, !finds(.missingOption, in: spec(subject, "\(name): {}\n"), at: name) {
            problems.append("missing options are not found in their place")
        }
        return problems
    }

    private func finds(_ rule: Rule, in text: String, at mark: String) -> Bool {
        let reading = read(text)
        return reading.diagnostics.diagnostics.contains { finding in
            let range = finding.range.start.offset..<finding.range.end.offset
            return finding.rule == rule && reading.diagnostics.source.text(range) == mark
        }
    }

    private func read(_ text: String) -> PipelineReading {
        PipelineSpec.read(
            SourceText(name: "example.yaml", text: text), catalog: catalog, checkExpression: checkExpression)
    }

    /// A whole pipeline around an entry, with the catalogue's first source and sink for the rest.
    private func spec(_ subject: Subject, _ entry: String) -> String {
        let source = subject.kind == "source" ? entry : catalog.sources.descriptions.first?.exampleYAML ?? ""
        let sink = subject.kind == "sink" ? entry : catalog.sinks.descriptions.first?.exampleYAML ?? ""
        let stage =
            subject.kind == "map"
            ? "map:\n" + Self.indented(entry, by: 2) : subject.kind == "stage" ? entry : ""
        var text = "name: example\nsources:\n" + Self.item(source) + "stages:\n"
        if !stage.isEmpty { text += Self.item(stage) }
        return text + Self.item("tap:\n" + Self.indented(sink, by: 2))
    }

    private static func item(_ text: String) -> String {
        let lines = text.split(separator: "\n")
        return lines.enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 + "\n" }.joined()
    }

    private static func indented(_ text: String, by columns: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: columns) + $0 + "\n" }.joined()
    }

    private static func isSnakeCase(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
