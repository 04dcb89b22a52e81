/// The namespace declarations in force, innermost last.
struct NamespaceScope {
    struct Binding {
        let prefix: String
        let uri: String
        /// The usual prefix of the namespace; nil when it is not known.
        let usual: String?
        let depth: Int
    }

    private var bindings: [Binding] = []
    /// Grows with each change, so that what was resolved before is known to be stale.
    private(set) var epoch: UInt32 = 1

    /// `prefix` is empty for the default namespace.
    mutating func declare(prefix: String, uri: String, depth: Int) {
        bindings.append(Binding(prefix: prefix, uri: uri, usual: Namespaces.prefix(for: uri), depth: depth))
        epoch &+= 1
    }

    /// Ends the declarations made deeper than `depth`.
    mutating func leave(to depth: Int) {
        guard let last = bindings.last, last.depth > depth else { return }
        while let last = bindings.last, last.depth > depth { bindings.removeLast() }
        epoch &+= 1
    }

    /// The prefix to know an element by: the usual one of its namespace, else the one that was used.
    func usualPrefix(_ prefix: String) -> String {
        for binding in bindings.reversed() where binding.prefix == prefix {
            return binding.usual ?? prefix.asciiLowercased
        }
        // Undeclared prefixes mostly mean what they look like.
        let prefix = prefix.asciiLowercased
        return prefix == "atom" || prefix == "rss" ? "" : prefix
    }

    func uri(_ prefix: String) -> String? { bindings.last { $0.prefix == prefix }?.uri }
}
