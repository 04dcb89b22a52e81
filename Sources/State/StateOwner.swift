import Glibc

/// The pipeline that a state belongs to: what its positions say is true of one spec only.
package struct StateOwner: Hashable, Sendable {
    /// The pipeline's name.
    package let pipeline: String
    /// The path of the spec file; an absolute one in what a state says of itself.
    package let spec: String

    package init(pipeline: String, spec: String) {
        self.pipeline = pipeline
        self.spec = spec
    }
}

/// A place of a spec that stays the same when it is moved together with the state.
struct RelativePlace: Hashable, Sendable {
    let path: String

    init(path: String) { self.path = path }

    /// Links to folders count as what they lead to. The file itself may be a link: what it leads to changes with
    /// every roll-out of a mounted configuration.
    init(of file: String, from folder: String) {
        let target = RelativePlace.components(RelativePlace.resolvedFolder(of: file))
        let base = RelativePlace.components(realPath(folder) ?? folder)
        let shared = zip(target, base).prefix { $0 == $1 }.count
        let name =
            file.utf8.lastIndex(of: UInt8(ascii: "/")).map { file[file.utf8.index(after: $0)...] }
            ?? file[...]
        let up = Array(repeating: "..", count: base.count - shared)
        path = (up + target[shared...] + [String(name)]).joined(separator: "/")
    }

    /// Whether there is a file.
    func exists(from folder: String) -> Bool {
        Files.calls.status(of: path(from: folder)) != nil || errno != ENOENT && errno != ENOTDIR
    }

    /// - Parameter folder: without links.
    func path(from folder: String) -> String {
        var parts = RelativePlace.components(folder)
        for part in RelativePlace.components(path) {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func resolvedFolder(of file: String) -> String {
        let folder = parent(of: file)
        return realPath(folder) ?? folder
    }

    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init)
    }
}
