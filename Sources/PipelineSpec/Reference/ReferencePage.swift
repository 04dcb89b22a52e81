package import CEL
import Diagnostics

/// The reference of all components as a Markdown page.
package struct ReferencePage {
    private let catalog: Catalog
    private let functions: [Function]

    /// - Parameter functions: of expressions, beside the language's own.
    package init(_ catalog: Catalog, functions: [Function] = []) {
        self.catalog = catalog
        self.functions = functions.merged
    }

    /// The page, with a line break at the end.
    package var markdown: String {
        var page = "# Reference\n\n"
        page += "Made from the components' own descriptions by `feedspine-run components --format markdown`; "
        page += "edits here are lost.\n\n"
        page += contents
        page += optionSection("Settings", "The `settings` of a pipeline.", SettingsSpec.options.fields)
        page += section("Sources", catalog.sources.descriptions)
        page += optionSection(
            "Options beside a source", "They stand beside the source's name.", SourceOptions.options.fields)
        page += section("Stages", catalog.stages.descriptions)
        page += optionSection(
            "Options beside a stage", "They stand beside the stage's name.", StepOptions.options.fields)
        page += section("Maps", catalog.maps.descriptions)
        page += section("Sinks", catalog.sinks.descriptions)
        if !functions.isEmpty {
            page += "## Functions\n\nExpressions can call them beside those of the language.\n\n"
            page += ExpressionReference.table(functions) + "\n"
        }
        page += rules
        return page
    }

    private var contents: String {
        let lines = [
            ("Sources", catalog.sources.names), ("Stages", catalog.stages.names),
            ("Maps", catalog.maps.names),
            ("Sinks", catalog.sinks.names)
        ]
        return lines.map { "- \($0): " + $1.map { "`\($0)`" }.joined(separator: ", ") + "\n" }.joined() + "\n"
    }

    private func section(_ title: String, _ components: [ComponentDescription]) -> String {
        "## \(title)\n\n" + components.map { entry($0, example: $0.exampleYAML) }.joined()
    }

    private func optionSection(_ title: String, _ text: String, _ fields: [FieldDescription]) -> String {
        "## \(title)\n\n\(text)\n\n" + table(fields)
    }

    private func entry(_ component: ComponentDescription, example: String) -> String {
        var text = "### \(component.name)\n\n\(component.doc)\n\n"
        if !component.details.isEmpty { text += component.details + "\n\n" }
        text += "```yaml\n" + listItem(example) + "```\n\n"
        if !component.rules.isEmpty { text += component.rules.joined(separator: " ") + "\n\n" }
        return text + table(component.fields)
    }

    private func listItem(_ example: String) -> String {
        let lines = example.split(separator: "\n")
        return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 + "\n" }.joined()
    }

    private func table(_ fields: [FieldDescription]) -> String {
        guard !fields.isEmpty else { return "" }
        var text = "| option | type | | meaning |\n| --- | --- | --- | --- |\n"
        for row in OptionRow.rows(fields) {
            let choices = row.field.choices.map { "`\($0.name)`: \($0.doc)" }.joined(separator: " ")
            let meaning = choices.isEmpty ? row.field.doc : "\(row.field.doc) \(choices)"
            text += "| `\(row.path)` | \(cell(row.type)) | \(cell(row.presence)) | \(cell(meaning)) |\n"
        }
        return text + "\n"
    }

    private func cell(_ text: String) -> String {
        String(text.flatMap { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) })
    }

    private var rules: String {
        var text = "## Rules of `validate`\n\n| rule | severity | finds | help |\n| --- | --- | --- | --- |\n"
        for rule in Rule.allCases {
            text +=
                "| `\(rule.rawValue)` | \(rule.severity.rawValue) | \(cell(rule.summary)) | \(cell(rule.help)) |\n"
        }
        return text
    }
}
