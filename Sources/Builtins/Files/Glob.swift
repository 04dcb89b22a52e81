import Glibc

/// The files that a path with `*`, `?` and `[…]` stands for.
enum Glob {
    static func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

    /// Matching paths in the order of their bytes; a folder does not match.
    static func files(matching pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, GLOB_MARK, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv[index].map { String(cString: $0) }
        }.filter { !$0.hasSuffix("/") }
    }
}
