import CEL
import Diagnostics
import Notation
import PipelineSpec

/// Cuts a template into what stands in it and the fields that it names.
///
/// `{` with a letter or `_` behind it begins the name of a field, up to `}`; `{{` is one brace; every other brace stands
/// for itself, so that JSON can be written as it is.
struct TemplateParser {
    enum Piece: Sendable, Hashable {
        case text(String)
        /// A field, and where its path stands in the template's UTF-8 bytes.
        case field(FieldPath, at: Int)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var text: [UInt8] = []
    private var pieces: [Piece] = []

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func parse(_ text: String) throws(ValueProblem) -> [Piece] {
        var parser = TemplateParser(text)
        return try parser.run()
    }

    private mutating func run() throws(ValueProblem) -> [Piece] {
        while position < bytes.count {
            let byte = bytes[position]
            let next = position + 1 < bytes.count ? bytes[position + 1] : 0
            if byte == UInt8(ascii: "{"), next == byte {
                text.append(byte)
                position += 2
            } else if byte == UInt8(ascii: "{"), next.isLetter || next == UInt8(ascii: "_") {
                try field()
            } else {
                text.append(byte)
                position += 1
            }
        }
        flush()
        return pieces
    }

    private mutating func field() throws(ValueProblem) {
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "}") {
            guard bytes[end] > 0x20, !"{\"'".utf8.contains(bytes[end]) else {
                throw TemplateParser.unclosed
            }
            end += 1
        }
        guard end < bytes.count else { throw TemplateParser.unclosed }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        guard !name.contains(":") else {
            throw .invalid(
                "a field is filled in as it is, without a format behind `:`",
                suggestion: .advice("a `set` map before the tap can make a field of the form that is needed"))
        }
        guard let path = FieldPath(name) else {
            throw .invalid("a field path has a name before, between and after its dots", suggestion: nil)
        }
        guard !MetaField.isMeant(by: path) || MetaField(path) != nil else {
            let known = MetaField.paths.map { "`\($0)`" }.joined(separator: ", ")
            throw .invalid("\(quoted(name)) is not known", suggestion: .advice("there are \(known)"))
        }
        flush()
        pieces.append(.field(path, at: start))
        position = end + 1
    }

    private mutating func flush() {
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
    }

    private static let unclosed = ValueProblem.invalid(
        "a field that begins with `{` has to end with `}`", suggestion: .advice("write `{{` for a brace"))
}

extension SpecReader {
    /// Reads a scalar as a template, and notes the fields that it names.
    ///
    /// - Parameters:
    ///   - own: names that are filled in from elsewhere than a record.
    ///   - make: what is made of the pieces.
    mutating func template<Value>(
        _ node: YAMLNode, expected: String, own: Set<String> = [],
        _ make: ([TemplateParser.Piece]) throws(ValueProblem) -> Value
    ) -> Value? {
        guard let scalar = scalar(node, expected: expected) else { return nil }
        do {
            let pieces = try TemplateParser.parse(scalar.text)
            let value = try make(pieces)
            let fields = pieces.filter { piece in
                if case .field(let path, _) = piece { !own.contains(path.description) } else { false }
            }
            registerFields(of: fields, in: scalar, at: node.range)
            return value
        } catch {
            report(templateProblem(error, scalar, expected), at: node.range)
            return nil
        }
    }

    mutating func registerFields(
        of pieces: [TemplateParser.Piece], in scalar: YAMLScalar, at range: SourceRange
    ) {
        for case .field(let path, let offset) in pieces where !MetaField.isMeant(by: path) {
            registerField(path.description, at: offset, of: scalar, at: range)
        }
    }

    func templateProblem(_ error: ValueProblem, _ scalar: YAMLScalar, _ expected: String) -> OptionProblem {
        guard scalar.substitution != .secret, case .invalid(let reason, let suggestion) = error else {
            return .wrongType(option, expected: expected, found: nil)
        }
        return .invalid(option, reason: reason, suggestion: suggestion)
    }
}
