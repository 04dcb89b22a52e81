import Builtins

/// Addresses that lead to one file though a spec spells them differently: over a link, or by `..`.
///
/// What a spec says is compared without looking at files; when a pipeline is run or planned, they can be looked at.
struct SamePlace: Sendable {
    /// The spec's.
    let folder: String

    /// - Parameters: identities in stored form: a component and its address.
    func callAsFunction(_ former: String, _ now: String) -> Bool {
        guard let (component, path) = parts(former), let (other, otherPath) = parts(now), component == other
        else { return false }
        return RealPath.leadToOneFile(path, otherPath)
    }

    /// Nil where the address is no single path.
    private func parts(_ identity: String) -> (component: Substring, path: String)? {
        guard let space = identity.firstIndex(of: " ") else { return nil }
        let path = identity[identity.index(after: space)...]
        let isPath =
            !path.contains("://") && !path.contains(" ~")
            && !path.utf8.contains { "\"[]{}*?#$".utf8.contains($0) }
        guard isPath, !path.isEmpty else { return nil }
        return (identity[..<space], path.hasPrefix("/") ? String(path) : "\(folder)/\(path)")
    }
}
