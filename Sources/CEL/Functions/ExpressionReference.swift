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
        "### \(section.title)\n\n" + table(section.functions)
    }

    /// A row for each function.
    package static func table(_ functions: [Function]) -> String {
        "| call | what it gives | example |\n| --- | --- | --- |\n" + functions.map(row).joined()
    }

    private static func row(_ function: Function) -> String {
        let calls = function.signatures.map { "`\($0)`" }
        let examples = function.examples.map { cell("`\($0.expression)` → `\($0.result)`") }
        return
            "| \(calls.joined(separator: "<br>")) | \(cell(function.doc)) | \(examples.joined(separator: "<br>")) |\n"
    }

    /// A pipe would end the cell.
    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}

extension Function {
    /// How it is called, and what that gives: `string.contains(string) → bool`.
    package var signatures: [String] { overloads.map(signature) }

    private func signature(_ overload: Overload) -> String {
        var parameters = overload.parameters.map(\.description)
        if overload.isVariadic, let last = parameters.last { parameters[parameters.count - 1] = last + "…" }
        guard overload.style == .member else {
            return "\(name)(\(parameters.joined(separator: ", "))) → \(overload.result)"
        }
        let receiver = parameters.removeFirst()
        return "\(receiver).\(name)(\(parameters.joined(separator: ", "))) → \(overload.result)"
    }
}

extension [Function] {
    /// One for each name, with the overloads and examples of all.
    package var merged: [Function] {
        let library = FunctionLibrary(self)
        return library.names.compactMap { library[$0] }
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
