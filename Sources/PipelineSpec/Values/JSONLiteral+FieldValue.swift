package import Diagnostics

extension JSONLiteral: FieldValue {
    package static var typeDescription: String { "any value" }
    package var literal: JSONLiteral? { self }

    package static func schema(_ constraints: [Constraint<JSONLiteral>]) -> JSONLiteral { .object([]) }

    /// Any YAML value, typed by the core schema of YAML 1.2: `no` is text, `0x10` is 16, `~` is null.
    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<JSONLiteral>], _ reader: inout SpecReader
    ) -> JSONLiteral? {
        switch node.content {
        case .broken:
            return nil
        case .scalar(let scalar):
            if scalar.isNull { return .null }
            guard let scalar = reader.scalar(node, expected: typeDescription) else { return nil }
            return CoreSchema.value(scalar, tag: node.tag)
        case .sequence(let nodes):
            let elements = nodes.compactMap { read($0, constraints, &reader) }
            return elements.count == nodes.count ? .array(elements) : nil
        case .mapping(let pairs):
            let members = pairs.compactMap { pair in
                read(pair.value, constraints, &reader).map { JSONLiteral.Member(pair.key.text, $0) }
            }
            return members.count == pairs.count ? .object(members) : nil
        }
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        switch node.content {
        case .broken: nil
        case .scalar(let scalar) where scalar.isNull: .null
        case .scalar: form.scalar(node) { scalar, _ in CoreSchema.value(scalar, tag: node.tag) }
        case .sequence(let nodes): .array(nodes.map { canonical($0, &form) ?? .null })
        case .mapping(let pairs):
            form.object(pairs.map { .init($0.key.text, canonical($0.value, &form) ?? .null) })
        }
    }
}

/// The tag resolution of YAML 1.2's core schema (section 10.3.2).
enum CoreSchema {
    static func value(_ scalar: YAMLScalar, tag: String?) -> JSONLiteral {
        if tag == "!" || tag == "tag:yaml.org,2002:str" { return .string(scalar.text) }
        guard scalar.style == .plain || scalar.substitution == .secret else { return .string(scalar.text) }
        switch scalar.text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(scalar.text) ?? .string(scalar.text)
        }
    }

    private static func number(_ text: String) -> JSONLiteral? {
        if text.hasPrefix("0x"), isAll(text.dropFirst(2), hexadecimal) {
            return Int(text.dropFirst(2), radix: 16).map { .int($0) }
        }
        if text.hasPrefix("0o"), isAll(text.dropFirst(2), octal) {
            return Int(text.dropFirst(2), radix: 8).map { .int($0) }
        }
        let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : Substring(text)
        if isAll(unsigned, decimal), let value = Int(text) { return .int(value) }
        guard isDecimalFloat(unsigned), let value = Double(text), value.isFinite else { return nil }
        return .double(value)
    }

    private static let decimal = Set("0123456789".utf8)
    private static let octal = Set("01234567".utf8)
    private static let hexadecimal = Set("0123456789abcdefABCDEF".utf8)

    private static func isAll(_ text: Substring, _ set: Set<UInt8>) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(set.contains)
    }

    /// `[0-9]*` and `.[0-9]*` with a digit somewhere, then an exponent or not.
    private static func isDecimalFloat(_ text: Substring) -> Bool {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard mantissa.contains(where: { !$0.isEmpty }),
            mantissa.allSatisfy({ $0.isEmpty || isAll($0, decimal) })
        else { return false }
        guard parts.count == 2 else { return true }
        let exponent = parts[1].first == "-" || parts[1].first == "+" ? parts[1].dropFirst() : parts[1]
        return isAll(exponent, decimal)
    }
}
