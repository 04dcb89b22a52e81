/// The part of `docs/expressions.md` that comes from the functions themselves.
package enum ExpressionReference {
    package static let begin = "<!-- generated: functions -->"
    package static let end = "<!-- end of generated part -->"

    /// A section for each group, a row for each function: how it is called, what it does, an example.
    package static var markdown: String {
        FunctionSection.documented.map(section).joined(separator: "\n")
    }

    /// The document with its generated part made anew; nil when it has no markers.
    package static func updated(_ document: String) -> String? {
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.firstIndex(of: begin), let last = lines.firstIndex(of: end), first < last
        else {
            return nil
        }
        let generated = ["", markdown]
        return (lines[...first] + generated + lines[last...]).joined(separator: "\n")
    }

    private static func section(_ section: FunctionSection) -> String {
        var text = "### \(section.title)\n\n| call | what it gives | example |\n| --- | --- | --- |\n"
        for function in section.functions { text += row(function) }
        return text
    }

    private static func row(_ function: Function) -> String {
        let calls = function.overloads.map { "`\(signature(function.name, $0))`" }
        let examples = function.examples.map { cell("`\($0.expression)` → `\($0.result)`") }
        return
            "| \(calls.joined(separator: "<br>")) | \(cell(function.doc)) | \(examples.joined(separator: "<br>")) |\n"
    }

    /// `string.contains(string) → bool`
    private static func signature(_ name: String, _ overload: Overload) -> String {
        var parameters = overload.parameters.map(\.description)
        if overload.isVariadic, let last = parameters.last { parameters[parameters.count - 1] = last + "…" }
        guard overload.style == .member else {
            return "\(name)(\(parameters.joined(separator: ", "))) → \(overload.result)"
        }
        let receiver = parameters.removeFirst()
        return "\(receiver).\(name)(\(parameters.joined(separator: ", "))) → \(overload.result)"
    }

    /// A pipe would end the cell.
    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}

extension FunctionSection {
    /// All groups with the functions whose work is done by other modules among those for feeds.
    package static let documented: [FunctionSection] = all.map { section in
        guard section.extensions == .feeds else { return section }
        let injected = FeedFunctions.injected(stripHTML: { $0 }, parseDate: { _ in nil }, sha256: { _ in [] })
        return FunctionSection(
            title: section.title, extensions: section.extensions, functions: section.functions + injected)
    }
}
