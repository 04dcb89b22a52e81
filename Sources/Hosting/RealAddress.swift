import Builtins

/// Addresses of files as they are without links and `..`: what a spec says is compared without looking at files; when a
/// pipeline is run or planned, they can be looked at.
struct RealAddress: Sendable {
    /// The spec's.
    let folder: String

    /// - Parameter identity: in stored form: a component and its address.
    /// - Returns: nil where the address is no single path of a file.
    func callAsFunction(_ identity: String) -> String? {
        guard let space = identity.firstIndex(of: " ") else { return nil }
        let path = identity[identity.index(after: space)...]
        let isPath =
            !path.contains("://") && !path.contains(" ~")
            && !path.utf8.contains { "\"[]{}*?#$".utf8.contains($0) }
        guard isPath, !path.isEmpty,
            let real = RealPath.file(path.hasPrefix("/") ? String(path) : "\(folder)/\(path)")
        else { return nil }
        return identity[...space] + real
    }
}
