/// The namespace declarations in force, innermost last.
struct NamespaceScope {
    struct Binding {
        let prefix: String
        let uri: String
        /// The usual prefix of the namespace; nil when it is not known.
        let usual: String?
        let depth: Int
        /// Where the declaration stands that this one hides.
        let hidden: Int?
        /// The epoch before the declaration, to which its end leads back.
        let outerEpoch: UInt32
    }

    private var bindings: [Binding] = []
    /// Where the innermost declaration of a prefix stands.
    private var places: [String: Int] = [:]
    /// The depth of the innermost declaration; asked at each end tag, when reading a binding would cost too much.
    private var deepest = 0
    /// A number for the declarations in force, so that what was resolved under others is known to be stale.
    private(set) var epoch: UInt32 = 1
    private var lastEpoch: UInt32 = 1

    /// `prefix` is empty for the default namespace.
    mutating func declare(prefix: String, uri: String, depth: Int) {
        let usual = Namespaces.prefix(for: uri)
        let hidden = places.updateValue(bindings.count, forKey: prefix)
        bindings.append(
            Binding(
                prefix: prefix, uri: uri, usual: usual, depth: depth, hidden: hidden, outerEpoch: epoch))
        deepest = depth
        lastEpoch &+= 1
        epoch = lastEpoch
    }

    /// Ends the declarations made deeper than `depth`.
    @inline(__always)
    mutating func leave(to depth: Int) {
        if deepest > depth { endDeclarations(below: depth) }
    }

    private mutating func endDeclarations(below depth: Int) {
        while let last = bindings.last, last.depth > depth {
            epoch = last.outerEpoch
            places[last.prefix] = last.hidden
            bindings.removeLast()
        }
        deepest = bindings.last?.depth ?? 0
    }

    /// The prefix to know an element by: the usual one of its namespace, else the one that was used.
    func usualPrefix(_ prefix: String) -> String {
        if let binding = binding(prefix) { return binding.usual ?? prefix.asciiLowercased }
        // Undeclared prefixes mostly mean what they look like.
        let prefix = prefix.asciiLowercased
        return prefix == "atom" || prefix == "rss" ? "" : prefix
    }

    /// Whether the prefix stands for a namespace that is not known, declared deeper than `depth`.
    func isForeign(_ prefix: String, below depth: Int) -> Bool {
        guard let binding = binding(prefix) else { return false }
        return binding.usual == nil && binding.depth > depth
    }

    func uri(_ prefix: String) -> String? { binding(prefix)?.uri }

    private func binding(_ prefix: String) -> Binding? { places[prefix].map { bindings[$0] } }
}
