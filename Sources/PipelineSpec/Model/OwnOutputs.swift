/// The files that the sinks of a pipeline write: no pattern of its sources means them.
package struct OwnOutputs: Sendable {
    private let literal: Set<[UInt8]>
    private let templates: [PathPattern]

    init(_ paths: [PathPattern]) {
        literal = Set(paths.lazy.filter { !$0.isTemplate }.map(\.bytes))
        templates = paths.filter(\.isTemplate)
    }

    /// Of a pipeline that writes no files.
    package static let none = OwnOutputs([])

    /// Whether a sink writes the file at a path, today or on another day.
    package func contains(_ path: String) -> Bool { contains(Array(path.utf8)) }

    /// The same for a path as bytes, which names of files are.
    package func contains(_ path: [UInt8]) -> Bool {
        if literal.isEmpty && templates.isEmpty { return false }
        let file = PathPattern(path, folder: nil)
        var work = 0
        return literal.contains(file.bytes)
            || templates.contains { file.matches(template: $0, isLiteral: true, work: &work) }
    }
}
