import Diagnostics

/// A node with what it costs after expansion.
struct Measured {
    let node: YAMLNode
    /// Nodes of the subtree, aliased ones counted wherever they stand.
    let nodes: Int
    /// Bytes of the scalars of the subtree.
    let bytes: Int
    /// Levels of the subtree; 0 for a scalar.
    let height: Int

    init(_ node: YAMLNode, nodes: Int = 1, bytes: Int, height: Int = 0) {
        self.node = node
        self.nodes = nodes
        self.bytes = bytes
        self.height = height
    }
}

/// A collection that is still being read.
struct Frame {
    enum Content {
        case sequence([YAMLNode])
        case mapping([YAMLPair], key: Key?)
    }

    /// A key that waits for its value; the text is nil where the file has no text for a key.
    struct Key {
        let text: String?
        let range: SourceRange
    }

    private(set) var content: Content
    let start: Int
    let anchor: String?
    let tag: String?
    private(set) var nodes = 1
    private(set) var bytes = 0
    private var height = 0

    init(content: Content, start: Int, anchor: String?, tag: String?) {
        self.content = content
        self.start = start
        self.anchor = anchor
        self.tag = tag
    }

    /// Takes an element, a key or a value.
    mutating func add(_ measured: Measured) -> YAMLProblem? {
        nodes += measured.nodes
        bytes += measured.bytes
        height = max(height, measured.height)
        // Taking the array out keeps it unshared, so that appending does not copy it.
        let taken = content
        content = .sequence([])
        switch consume taken {
        case .sequence(var elements):
            elements.append(measured.node)
            content = .sequence(elements)
        case .mapping(let pairs, key: nil):
            let text = measured.node.scalar?.text
            content = .mapping(pairs, key: Key(text: text, range: measured.node.range))
            if case .broken = measured.node.content { return nil }
            return text == nil ? .keyNotText : nil
        case .mapping(var pairs, key: let key?):
            // A key that is not text has been reported; its value goes with it.
            if let text = key.text {
                pairs.append(YAMLPair(key: YAMLKey(text: text, range: key.range), value: measured.node))
            }
            content = .mapping(pairs, key: nil)
        }
        return nil
    }

    /// The finished node; a mapping's merge keys are resolved and its duplicate keys reported.
    func finish(end: Int, _ source: SourceText, _ merger: inout MappingMerger) -> (Measured, [Diagnostic]) {
        let range = source.range(start, end)
        let finished: YAMLNode.Content =
            switch content {
            case .sequence(let elements): .sequence(elements)
            case .mapping(let pairs, _): .mapping(merger.merge(pairs))
            }
        let node = YAMLNode(finished, range: range, tag: tag)
        return (Measured(node, nodes: nodes, bytes: bytes, height: height + 1), merger.diagnostics)
    }
}

/// Resolves `<<` within a mapping and finds keys that stand twice.
struct MappingMerger {
    private let source: SourceText
    private(set) var diagnostics: [Diagnostic] = []

    init(_ source: SourceText) { self.source = source }

    /// The mapping's own pairs, then those of the merged mappings that it does not have.
    mutating func merge(_ pairs: [YAMLPair]) -> [YAMLPair] {
        var seen: [String: SourceRange] = [:]
        var merged: [YAMLPair] = []
        var sources: [YAMLNode] = []
        for pair in pairs {
            if isMergeKey(pair.key) {
                sources += mergeSources(pair.value)
            } else if let first = seen[pair.key.text] {
                diagnostics.append(
                    YAMLProblem.duplicateKey(pair.key.text, first: first).diagnostic(at: pair.key.range))
            } else {
                seen[pair.key.text] = pair.key.range
                merged.append(pair)
            }
        }
        for pair in sources.flatMap({ $0.pairs ?? [] }) where seen[pair.key.text] == nil {
            seen[pair.key.text] = pair.key.range
            merged.append(pair)
        }
        return merged
    }

    /// A quoted `"<<"` is a name like any other.
    private func isMergeKey(_ key: YAMLKey) -> Bool {
        key.text == "<<" && source.bytes[key.range.start.offset] == UInt8(ascii: "<")
    }

    private mutating func mergeSources(_ node: YAMLNode) -> [YAMLNode] {
        switch node.content {
        case .mapping: return [node]
        case .sequence(let elements) where elements.allSatisfy({ $0.pairs != nil }): return elements
        case .broken: return []
        default:
            diagnostics.append(YAMLProblem.mergeOfScalar.diagnostic(at: node.range))
            return []
        }
    }
}
