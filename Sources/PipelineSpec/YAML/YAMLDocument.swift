package import Diagnostics

/// A YAML file read into a tree, with all that was wrong with it.
package struct YAMLDocument: Sendable {
    /// The document's node; nil when the text is not YAML or has no document.
    package let root: YAMLNode?
    package let diagnostics: [Diagnostic]

    /// Reads the text. Nothing in it can make this fail other than by diagnostics, nor use unbounded memory.
    package static func read(_ source: SourceText, limits: YAMLLimits = .standard) -> YAMLDocument {
        guard source.bytes.count <= limits.fileBytes else {
            return failed(YAMLProblem.fileTooLarge(source.bytes.count, limits).diagnostic(at: .start))
        }
        if let problem = TextCheck.firstProblem(in: source.bytes) {
            let range = source.range(problem.offset, problem.offset + 1)
            return failed(YAMLProblem.encoding(problem).diagnostic(at: range))
        }
        var composer = YAMLComposer(source, limits: limits)
        let start = SourceText.byteOrderMarkLength(source.bytes)
        do {
            try YAMLEvents.forEach(in: source.bytes[start...]) { composer.accept($0) }
        } catch {
            composer.fail(error)
        }
        return composer.finish()
    }

    private static func failed(_ diagnostic: Diagnostic) -> YAMLDocument {
        YAMLDocument(root: nil, diagnostics: [diagnostic])
    }
}
