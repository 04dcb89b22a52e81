/// The files that the sinks of a pipeline write: no pattern of its sources means them.
package struct OwnOutputs: Sendable {
    private let paths: [PathPattern]
    private let literal: Set<[UInt8]>
    private let templates: [PathPattern]

    init(_ paths: [PathPattern]) {
        self.paths = paths
        literal = Set(paths.lazy.filter { !$0.isTemplate }.map(\.bytes))
        templates = paths.filter(\.isTemplate)
    }

    /// Of a pipeline that writes no files.
    package static let none = OwnOutputs([])

    package var isEmpty: Bool { paths.isEmpty }

    /// The same files by their paths without links.
    ///
    /// - Parameter real: gives the path without links of what stands at one; nil where nothing does.
    package func resolved(_ real: ([UInt8]) -> [UInt8]?) -> OwnOutputs {
        OwnOutputs(
            paths.map { path in
                if !path.isTemplate, let whole = real(path.bytes) { return PathPattern(whole, folder: nil) }
                // Nothing in front of the first folder with something to fill in changes with it.
                let fixed = path.bytes.firstIndex(of: UInt8(ascii: "{")) ?? path.bytes.endIndex
                guard let slash = path.bytes[..<fixed].lastIndex(of: UInt8(ascii: "/")), slash > 0,
                    let folder = real(Array(path.bytes[..<slash]))
                else { return path }
                return PathPattern(folder + path.bytes[slash...], folder: nil)
            })
    }

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
