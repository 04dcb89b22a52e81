import Records

/// `size`, and what the standard definition says of texts.
enum StandardFunctions {
    static let texts: [Function] = [
        Function(
            "size",
            "The number of code points of a string, bytes of bytes, elements of a list or entries of a map.",
            examples: [
                .init("size('e\\u0301')", "2"), .init("b'abc'.size()", "3"), .init("[1, 2].size()", "2"),
                .init("size({'a': 1})", "1")
            ],
            overloads: [.string, .bytes, .list(.parameter("A")), .map(.parameter("A"), .parameter("B"))]
                .flatMap { type in
                    [Overload.Style.global, .member].map { Overload($0, [type], .int, .one { $1.size($0) }) }
                }),
        Function(
            "contains", "Whether the string holds the other one.",
            examples: [.init("'climate change'.contains('mate')", "true")],
            .textTest { $0.contains($1) }),
        Function(
            "startsWith", "Whether the string begins with the other one.",
            examples: [.init("'climate'.startsWith('cli')", "true")],
            .textTest { $0.hasPrefix($1) }),
        Function(
            "endsWith", "Whether the string ends with the other one.",
            examples: [.init("'climate'.endsWith('mate')", "true")],
            .textTest { $0.hasSuffix($1) }),
        Function(
            "matches",
            "Whether the pattern is found in the string: RE2 syntax, time linear in the text. `^` and `$` tie the "
                + "pattern to the ends; `(?i)` at its start ignores case.",
            examples: [
                .init("'Climate'.matches('(?i)climate')", "true"),
                .init("matches('grey', 'gr(a|e)y')", "true")
            ],
            Overload(.member, [.string, .string], .bool, .two(matches)),
            Overload(.global, [.string, .string], .bool, .two(matches)))
    ]

    @Sendable private static func matches(_ text: Value, _ pattern: Value, _ frame: inout Frame) -> Value {
        let source = frame.string(pattern)
        let subject = frame.string(text)
        // Compiling costs about as much as reading 64 bytes of text for each byte of the pattern.
        guard frame.spend(bytes: subject.count * 4 + source.count * 64) else {
            return frame.costFailure(at: -1)
        }
        do {
            return .bool(try RegexCache.pattern(source.string).matches(subject))
        } catch {
            return frame.failure(.badPattern, error.reason)
        }
    }
}

extension Function {
    init(_ name: String, _ doc: String, examples: [Example] = [], overloads: [Overload]) {
        self.init(name, doc, examples: examples)
        self.overloads = overloads
    }
}

extension Overload {
    /// A member that tests one text with another.
    static func textTest(_ test: @escaping @Sendable (Text, Text) -> Bool) -> Overload {
        Overload(.member, [.string, .string], .bool, .two { .bool(test($2.string($0), $2.string($1))) })
    }
}

extension Frame {
    /// Code points, bytes, elements or entries.
    mutating func size(_ value: Value) -> Value {
        switch value {
        case .text(let text): .int(Int64(text.scalarCount))
        case .bytes(let text): .int(Int64(text.count))
        case .node(let node) where node.kind == .escapedString:
            .int(Int64(EscapedText.scalarCount(Text(node.content))))
        default: count(value).map { .int(Int64($0)) } ?? failure(.noSuchOverload, "size(\(value.typeName))")
        }
    }
}
