import Diagnostics

/// The options that an entry gives, as they stand in the file: enough to judge which of them can have an effect.
package struct GivenOptions {
    /// The value behind the component's name.
    let value: YAMLNode?
    private let nodes: [String: YAMLNode]
    /// What an option is when it is not given.
    private let fallbacks: [String: String]

    init(_ value: YAMLNode?, _ nodes: [String: YAMLNode], _ fields: [FieldDescription]) {
        self.value = value
        self.nodes = nodes
        var fallbacks: [String: String] = [:]
        for field in fields {
            guard let fallback = field.defaultValue else { continue }
            if case .string(let text) = fallback {
                fallbacks[field.name] = text
            } else {
                fallbacks[field.name] = fallback.text(pretty: false)
            }
        }
        self.fallbacks = fallbacks
    }

    /// Whether an option has a value, which may be one that only the environment knows.
    package func has(_ name: String) -> Bool { nodes[name].map { !$0.isNull } ?? false }

    /// What stands behind an option; nil where nothing does.
    func node(_ name: String) -> YAMLNode? { nodes[name].flatMap { $0.isNull ? nil : $0 } }

    /// The value of an option that is a scalar, or its default; nil for others and for what only the environment knows.
    package func text(_ name: String) -> String? {
        guard let node = nodes[name] else { return fallbacks[name] }
        return node.knownText
    }

    /// The duration that an option gives, or its default; nil for what is none and for what only the environment knows.
    package func duration(_ name: String) -> Duration? {
        text(name).flatMap { try? Duration(scalar: ScalarText(text: $0, isQuoted: false)) }
    }

    /// The values of an option that is a mapping of scalars, but for those that only the environment knows.
    package func members(_ name: String) -> [String] {
        nodes[name]?.pairs?.compactMap { $0.value.knownText } ?? []
    }

    /// The names in an option that is a mapping.
    package func names(within name: String) -> [String] { nodes[name]?.pairs?.map(\.key.text) ?? [] }

    /// Whether an option is a list or mapping without an entry.
    package func isEmpty(_ name: String) -> Bool { nodes[name]?.hasNoEntries ?? false }

    /// The nodes of an option that is a scalar or a list of scalars.
    package func elements(_ name: String) -> [YAMLNode] {
        guard let node = nodes[name], !node.isNull else { return [] }
        return node.elements ?? [node]
    }

    /// Whether an option is known to name a file, not an address on the web.
    package func isFile(_ name: String) -> Bool {
        nodes[name]?.knownText.map { !HTTPAddress.isWeb($0) } ?? false
    }
}

extension Options {
    /// The options that an entry gives, those among its defaults included; wrong ones are somebody else's to report.
    func given(_ value: YAMLNode?, defaults: [YAMLPair] = []) -> GivenOptions {
        var nodes: [String: YAMLNode] = [:]
        for pair in defaults { nodes[pair.key.text] = pair.value }
        if !isValue {
            if let pairs = value?.pairs {
                for pair in pairs { nodes[pair.key.text] = pair.value }
            } else if let value, let shorthand, !value.isNull {
                nodes[shorthand] = value
            }
        }
        return GivenOptions(value, nodes, fields)
    }
}

extension YAMLNode {
    /// The text of a scalar; nil for other nodes, for nothing, and for values that only the environment has.
    var knownText: String? {
        guard let scalar, scalar.substitution != .deferred, !scalar.isNull else { return nil }
        return scalar.text
    }

    /// The same text for nodes that say the same.
    fileprivate var canonicalText: String {
        switch content {
        case .scalar(let scalar): scalar.text
        case .sequence(let nodes):
            "[" + nodes.map { "\($0.canonicalText.utf8.count):\($0.canonicalText)" }.joined() + "]"
        case .mapping(let pairs):
            "{"
                + pairs.map { "\($0.key.text.utf8.count):\($0.key.text)\($0.value.canonicalText)" }.sorted()
                .joined() + "}"
        case .broken: "!"
        }
    }
}
