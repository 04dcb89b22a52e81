package import PipelineSpec

extension OwnOutputs {
    /// The same files by their paths without links.
    var withoutLinks: OwnOutputs { resolved { BytePath(bytes: $0).real?.bytes } }

    /// Whether a sink writes the file that a path leads to, whatever links lead to it.
    package func areMeant(by path: String) -> Bool {
        guard case .file(let real) = RealPath.place(of: path) else { return false }
        return withoutLinks.contains(real)
    }
}
