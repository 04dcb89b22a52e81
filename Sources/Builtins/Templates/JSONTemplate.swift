import Diagnostics
import PipelineSpec
import Records

/// A JSON value in which the fields of a record stand: YAML whose texts are templates, or a text that is JSON with
/// fields in it.
///
/// A text that is one field and nothing else (`"{score}"`) takes the field's value as it is, numbers as numbers and
/// what is absent as null; among other text a field is text.
struct JSONTemplate: FieldValue {
    let template: TextTemplate

    static var typeDescription: String { "JSON in which `{field}` is filled in" }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<JSONTemplate>], _ reader: inout SpecReader
    ) -> JSONTemplate? {
        readAny(node, &reader).flatMap { reader.constrained($0, constraints, at: node.range) }
    }

    private static func readAny(_ node: YAMLNode, _ reader: inout SpecReader) -> JSONTemplate? {
        if let scalar = node.scalar, isJSON(scalar) { return readText(node, &reader) }
        var builder = Builder()
        let isComplete = builder.add(node, &reader)
        return isComplete ? JSONTemplate(template: TextTemplate(builder.parts)) : nil
    }

    private static func isJSON(_ scalar: YAMLScalar) -> Bool {
        let first = scalar.text.utf8.first { !$0.isSpaceInJSON }
        return scalar.style != .plain && (first == UInt8(ascii: "[") || isObject(scalar.text, first))
    }

    /// `{title}` alone is a field, and `{ "a": 1 }` an object.
    private static func isObject(_ text: String, _ first: UInt8?) -> Bool {
        guard first == UInt8(ascii: "{") else { return false }
        let second = text.utf8.drop { $0.isSpaceInJSON }.dropFirst().first { !$0.isSpaceInJSON }
        return second == UInt8(ascii: "\"") || second == UInt8(ascii: "}")
    }

    private static func readText(_ node: YAMLNode, _ reader: inout SpecReader) -> JSONTemplate? {
        reader.template(node, expected: typeDescription) { pieces throws(ValueProblem) in
            let parts = JSONTemplate.parts(pieces)
            let sample = parts.map { part in
                switch part {
                case .text(let text): text
                case .field(_, .jsonString): "x"
                case .field: "0"
                }
            }.joined()
            guard (try? JSON(parsing: sample)) != nil else {
                throw .invalid(
                    "it is no JSON with its fields filled in",
                    suggestion: .advice("write it as YAML, whose texts are escaped as they have to be"))
            }
            return JSONTemplate(template: TextTemplate(parts))
        }
    }

    /// Whether each field stands within quotes is known from the text before it.
    private static func parts(_ pieces: [TemplateParser.Piece]) -> [TextTemplate.Part] {
        var isInString = false
        var isEscaped = false
        return pieces.map { piece in
            switch piece {
            case .text(let text):
                for byte in text.utf8 {
                    if isEscaped {
                        isEscaped = false
                    } else if isInString, byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString.toggle()
                    }
                }
                return .text(text)
            case .field(let path, _): return .field(path, isInString ? .jsonString : .jsonValue)
            }
        }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        JSONLiteral.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<JSONTemplate>]) -> JSONLiteral { JSONLiteral.schema([]) }
}

extension UInt8 {
    fileprivate var isSpaceInJSON: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

/// Writes YAML as JSON with fields in it.
private struct Builder {
    private(set) var parts: [TextTemplate.Part] = []

    /// - Returns: false after reporting what is wrong.
    mutating func add(_ node: YAMLNode, _ reader: inout SpecReader) -> Bool {
        var isComplete = true
        switch node.content {
        case .sequence(let nodes):
            add("[")
            for (index, node) in nodes.enumerated() {
                if index > 0 { add(",") }
                if !add(node, &reader) { isComplete = false }
            }
            add("]")
        case .mapping(let pairs):
            add("{")
            for (index, pair) in pairs.enumerated() {
                if index > 0 { add(",") }
                add(JSONLiteral.quote(pair.key.text) + ":")
                if !reader.within(option: pair.key.text, { add(pair.value, &$0) }) { isComplete = false }
            }
            add("}")
        case .scalar, .broken:
            guard let value = JSONLiteral.read(node, [], &reader) else { return false }
            guard case .string(let text) = value, let scalar = node.scalar else {
                add(value.text())
                return true
            }
            return add(text, scalar, node, &reader)
        }
        return isComplete
    }

    private mutating func add(
        _ text: String, _ scalar: YAMLScalar, _ node: YAMLNode, _ reader: inout SpecReader
    ) -> Bool {
        let pieces: [TemplateParser.Piece]
        do {
            pieces = try TemplateParser.parse(text)
        } catch {
            let problem = reader.templateProblem(error, scalar, PlainTemplate.typeDescription)
            reader.report(problem, at: node.range)
            return false
        }
        reader.registerFields(of: pieces, in: scalar, at: node.range)
        if pieces.count == 1, case .field(let path, _) = pieces[0] {
            parts.append(.field(path, .jsonValue))
            return true
        }
        add("\"")
        for piece in pieces {
            switch piece {
            case .text(let text): add(String(JSONLiteral.quote(text).dropFirst().dropLast()))
            case .field(let path, _): parts.append(.field(path, .jsonString))
            }
        }
        add("\"")
        return true
    }

    private mutating func add(_ text: String) {
        if case .text(let before)? = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(.text(text))
        }
    }
}
