/// Text with placeholders: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `${file:/path}`; `$${` is `${`.
struct Template: Equatable {
    /// What stands for a variable that is not set.
    enum Fallback: Equatable {
        case none
        /// Also for an empty variable, as in a shell.
        case value(Template)
        /// The message that says why the variable is needed; also for an empty one.
        case required(String)
    }

    enum Content: Equatable {
        case text(String)
        case variable(String, Fallback)
        case file(String)
    }

    struct Part: Equatable {
        let content: Content
        /// The UTF-8 offsets in the text that the template was read from.
        let range: Range<Int>
    }

    var parts: [Part] = []
    /// UTF-8 offsets in the plain text before which the `$` of a `$${` stood.
    var escapes: [Int] = []

    var hasPlaceholders: Bool {
        parts.contains { if case .text = $0.content { false } else { true } }
    }

    /// The text without placeholders.
    var plainText: String {
        parts.reduce(into: "") { text, part in if case .text(let more) = part.content { text += more } }
    }
}

/// What can be wrong with a template.
struct TemplateProblem: Error {
    enum Kind {
        case unclosed
        case empty
        case invalidName(String)
        case unknownOperator(String)
        case noPath
        /// A path that no file can have.
        case badPath(reason: String)
        case tooDeep
    }

    let kind: Kind
    /// The UTF-8 offsets of the placeholder.
    let range: Range<Int>
}

extension Template {
    /// Reads a template; defaults may hold placeholders of their own.
    static func parse(_ text: String) throws(TemplateProblem) -> Template {
        var parser = TemplateParser(Array(text.utf8))
        return try parser.template(isNested: false, depth: 0)
    }
}

private struct TemplateParser {
    private let bytes: [UInt8]
    private var offset = 0
    private static let maximumDepth = 8

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Text and placeholders up to the end, or within a default up to the closing brace.
    mutating func template(isNested: Bool, depth: Int) throws(TemplateProblem) -> Template {
        var result = Template()
        var text: [UInt8] = []
        var textStart = offset
        var length = 0
        func flush(_ end: Int) {
            guard !text.isEmpty else { return }
            length += text.count
            result.parts.append(
                Part(content: .text(String(decoding: text, as: UTF8.self)), range: textStart..<end))
            text = []
        }
        while offset < bytes.count, !(isNested && bytes[offset] == UInt8(ascii: "}")) {
            if starts(with: "$${") {
                result.escapes.append(length + text.count)
                text += Array("${".utf8)
                offset += 3
            } else if starts(with: "${") {
                flush(offset)
                result.parts.append(try placeholder(depth))
                textStart = offset
            } else {
                text.append(bytes[offset])
                offset += 1
            }
        }
        flush(offset)
        return result
    }

    private typealias Part = Template.Part

    private mutating func placeholder(_ depth: Int) throws(TemplateProblem) -> Part {
        let start = offset
        guard depth < Self.maximumDepth else {
            throw TemplateProblem(kind: .tooDeep, range: start..<(start + 2))
        }
        offset += 2
        if starts(with: "file:") {
            offset += 5
            let path = try rest(start)
            guard !path.isEmpty else { throw TemplateProblem(kind: .noPath, range: start..<offset) }
            if let (reason, _) = PathText.problem(path) {
                throw TemplateProblem(kind: .badPath(reason: reason), range: start..<offset)
            }
            return Part(content: .file(path), range: start..<offset)
        }
        let name = self.name()
        if starts(with: "}") {
            offset += 1
            try check(name, start)
            return Part(content: .variable(name, .none), range: start..<offset)
        }
        if starts(with: ":-") {
            offset += 2
            let value = try template(isNested: true, depth: depth + 1)
            guard starts(with: "}") else { throw TemplateProblem(kind: .unclosed, range: start..<offset) }
            offset += 1
            try check(name, start)
            return Part(content: .variable(name, .value(value)), range: start..<offset)
        }
        if starts(with: ":?") {
            offset += 2
            let message = try rest(start)
            try check(name, start)
            return Part(content: .variable(name, .required(message)), range: start..<offset)
        }
        let junk = try rest(start)
        let kind: TemplateProblem.Kind = name.isEmpty ? .invalidName(junk) : .unknownOperator(junk)
        throw TemplateProblem(kind: kind, range: start..<offset)
    }

    private func check(_ name: String, _ start: Int) throws(TemplateProblem) {
        if name.isEmpty { throw TemplateProblem(kind: .empty, range: start..<offset) }
    }

    /// Letters, digits and `_`, not beginning with a digit.
    private mutating func name() -> String {
        let start = offset
        while offset < bytes.count, isNameByte(bytes[offset], first: offset == start) { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
        default: false
        }
    }

    /// The text up to the closing brace, which is consumed.
    private mutating func rest(_ start: Int) throws(TemplateProblem) -> String {
        guard let close = bytes[offset...].firstIndex(of: UInt8(ascii: "}")) else {
            throw TemplateProblem(kind: .unclosed, range: start..<bytes.count)
        }
        defer { offset = close + 1 }
        return String(decoding: bytes[offset..<close], as: UTF8.self)
    }

    private func starts(with text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }
}
