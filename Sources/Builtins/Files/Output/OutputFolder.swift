/// The folder that relative paths start from. Paths inside it are stored relative to it, so that a folder that has been
/// moved goes on where it was.
struct OutputFolder: Sendable {
    /// Empty for the working directory.
    let path: String

    func absolute(_ stored: String) -> String {
        if stored.hasPrefix("/") || path.isEmpty || path == "." { return stored }
        return prefix + stored
    }

    func stored(_ path: String) -> String {
        path.hasPrefix(prefix) && path != prefix ? String(path.dropFirst(prefix.count)) : path
    }

    private var prefix: String { path.hasSuffix("/") ? path : path + "/" }
}
