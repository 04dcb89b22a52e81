package import Diagnostics

/// A node of a YAML document. Aliases and merge keys are already resolved: an aliased node is the anchored one
/// again, with the anchored one's place.
package struct YAMLNode: Sendable {
    /// What a node is.
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLPair])
        /// A node that could not be resolved; its problem has been reported.
        case broken
    }

    package let content: Content
    /// From the first to behind the last character, without anchor and tag.
    package let range: SourceRange
    /// The tag in full (`tag:yaml.org,2002:str`) where the file has one.
    package let tag: String?

    package init(_ content: Content, range: SourceRange, tag: String? = nil) {
        self.content = content
        self.range = range
        self.tag = tag
    }
}

/// A key of a mapping with its value.
package struct YAMLPair: Sendable {
    package let key: YAMLKey
    package let value: YAMLNode
}

/// A mapping's key; keys are always text.
package struct YAMLKey: Sendable {
    package let text: String
    package let range: SourceRange
}

/// The text of a scalar and how it was written. Its type is decided by who reads it.
package struct YAMLScalar: Sendable {
    /// How a scalar is written in the file.
    package enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// What `${…}` has done to a scalar.
    package enum Substitution: Sendable {
        /// The text is the file's.
        case none
        /// The text has values from outside in it and must never be shown.
        case secret
        /// The text still has placeholders in it, because nothing is looked up while checking.
        case deferred
    }

    package let text: String
    package let style: Style
    package var substitution: Substitution = .none
    /// The text with its placeholders, where it has any.
    package var template: String?
    /// UTF-8 offsets in ``text`` before which the `$` of a `$${` stood.
    package var escapes: [Int] = []

    /// Whether nothing stands there, or an unquoted `~` or `null`.
    package var isNull: Bool {
        style == .plain && substitution == .none
            && (text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL")
    }
}

extension YAMLNode {
    /// A key as the scalar that it is, for those that are values to their readers.
    package init(key: YAMLKey, in source: SourceText) {
        let first =
            source.bytes.indices.contains(key.range.start.offset) ? source.bytes[key.range.start.offset] : 0
        let style: YAMLScalar.Style =
            switch first {
            case UInt8(ascii: "\""): .doubleQuoted
            case UInt8(ascii: "'"): .singleQuoted
            default: .plain
            }
        self.init(.scalar(YAMLScalar(text: key.text, style: style)), range: key.range)
    }

    package var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The pairs of a mapping, or nil.
    package var pairs: [YAMLPair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }

    /// The elements of a sequence, or nil.
    package var elements: [YAMLNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// Whether it is a sequence or mapping in which nothing stands.
    package var hasNoEntries: Bool { elements?.isEmpty ?? pairs?.isEmpty ?? false }

    /// The value of a mapping's key, or nil.
    package subscript(key: String) -> YAMLNode? { pairs?.first { $0.key.text == key }?.value }

    package var isNull: Bool { scalar?.isNull ?? false }

    /// The node in words, for messages.
    package var kind: String {
        switch content {
        case .scalar(let scalar): scalar.isNull ? "nothing" : "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .broken: "an unresolved value"
        }
    }
}
