package import CEL
import Diagnostics

/// The components as help on a terminal.
package struct TerminalReference {
    private let catalog: Catalog
    /// Those that are not the language's own.
    private let functions: [Function]
    /// The columns that lines may take.
    private let width: Int

    /// - Parameters:
    ///   - functions: of expressions, beside the language's own.
    ///   - width: the terminal's columns.
    package init(_ catalog: Catalog, functions: [Function] = [], width: Int = 80) {
        self.catalog = catalog
        self.functions = functions.merged
        self.width = max(width, 40)
    }

    /// All components with their one-line descriptions.
    package var overview: String {
        func rows(_ components: [ComponentDescription]) -> [(name: String, doc: String)] {
            components.map { ($0.name, $0.doc) }
        }
        let groups = [
            ("Sources", rows(catalog.sources.descriptions)), ("Stages", rows(catalog.stages.descriptions)),
            ("Maps", rows(catalog.maps.descriptions)), ("Sinks", rows(catalog.sinks.descriptions)),
            ("Functions", functions.map { ($0.name, $0.doc) })
        ]
        let margin = (groups.flatMap(\.1).map(\.name.count).max() ?? 0) + 4
        let sections = groups.filter { !$0.1.isEmpty }.map { title, rows in
            "\(title)\n"
                + rows.map { row in
                    let name = "  " + row.name
                    return name + String(repeating: " ", count: margin - name.count)
                        + wrapped(row.doc, indent: margin) + "\n"
                }.joined()
        }
        return sections.joined(separator: "\n")
    }

    /// Everything about the components with a name, or nil if there is none: a name can be of several kinds.
    package func page(_ name: String) -> String? {
        var pages: [String] = []
        if let source = catalog.sources[name] {
            pages.append(
                page(
                    source.description, "source", source.description.exampleYAML, SourceOptions.options.fields
                ))
        }
        if let stage = catalog.stages[name] {
            pages.append(
                page(stage.description, "stage", stage.description.exampleYAML, StepOptions.options.fields))
        }
        if let map = catalog.maps[name] {
            pages.append(page(map.description, "map", map.description.exampleYAML, []))
        }
        if let sink = catalog.sinks[name] {
            pages.append(
                page(sink.description, "sink", sink.description.exampleYAML, SinkOptions.options.fields))
        }
        if let function = functions.first(where: { $0.name == name }) { pages.append(page(function)) }
        return pages.isEmpty ? nil : pages.joined(separator: "\n")
    }

    /// The name that was most likely meant by an unknown one.
    package func suggestion(for name: String) -> String? {
        closestMatch(to: name, among: catalog.allNames + functions.map(\.name))
    }

    private func page(_ function: Function) -> String {
        var text = "\(function.name) (function)\n  " + wrapped(function.doc, indent: 2) + "\n"
        text += "\nCalls\n" + function.signatures.map { "  \($0)\n" }.joined()
        if !function.examples.isEmpty {
            text +=
                "\nExamples\n" + function.examples.map { "  \($0.expression) → \($0.result)\n" }.joined()
        }
        return text
    }

    private func page(
        _ component: ComponentDescription, _ kind: String, _ example: String, _ siblings: [FieldDescription]
    ) -> String {
        var text = "\(component.name) (\(kind))\n  " + wrapped(component.doc, indent: 2) + "\n"
        for paragraph in component.details.split(separator: "\n\n") {
            text += "\n  " + wrapped(String(paragraph), indent: 2) + "\n"
        }
        text += "\nExample\n" + example.split(separator: "\n").map { "  \($0)\n" }.joined()
        if !component.fields.isEmpty {
            text += "\nOptions\n" + options(component.fields)
        }
        if !component.rules.isEmpty {
            text += "\n  " + wrapped(component.rules.joined(separator: " "), indent: 2) + "\n"
        }
        if !siblings.isEmpty {
            text +=
                "\nBeside it\n  " + wrapped(siblings.map(\.name).joined(separator: ", "), indent: 2) + "\n"
        }
        return text
    }

    private func options(_ fields: [FieldDescription]) -> String {
        OptionRow.rows(fields).map { row in
            var text = "  \(row.path) (\(row.presence.filter { $0 != "`" }))\n"
            text += "      " + wrapped(row.field.doc, indent: 6) + "\n"
            if row.field.choices.isEmpty {
                text += "      " + wrapped("Takes \(row.type).", indent: 6) + "\n"
            } else {
                for choice in row.field.choices {
                    text +=
                        "      \(choice.name): " + wrapped(choice.doc, indent: 8, used: 8 + choice.name.count)
                        + "\n"
                }
            }
            return text
        }.joined()
    }

    /// Words in lines, all but the first indented.
    private func wrapped(_ text: String, indent: Int, used: Int? = nil) -> String {
        var result = ""
        var column = used ?? indent
        for word in text.split(whereSeparator: \.isWhitespace) {
            if column + word.count + 1 > width, !result.isEmpty {
                result += "\n" + String(repeating: " ", count: indent)
                column = indent
            } else if !result.isEmpty {
                result += " "
                column += 1
            }
            result += word
            column += word.count
        }
        return result
    }
}
