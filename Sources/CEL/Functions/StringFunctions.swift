import Records

/// The strings extension; all positions count code points.
enum StringFunctions {
    static let all: [Function] = [
        Function(
            "charAt", "The character at a position, the empty string just behind the last one.",
            examples: [.init("'tacocat'.charAt(3)", "'o'")],
            Overload(
                .member, [.string, .int], .string,
                .two { text, position, frame in
                    frame.slice(text, from: position, to: nil, length: 1)
                })),
        Function(
            "indexOf",
            "The position of the first occurrence, at or behind the second argument if there is one; -1 for none.",
            examples: [.init("'hello wello'.indexOf('ello', 6)", "7")],
            Overload(.member, [.string, .string], .int, .two { $2.indexOf($0, $1, from: .int(0)) }),
            Overload(.member, [.string, .string, .int], .int, .many { $1.indexOf($0[0], $0[1], from: $0[2]) })
        ),
        Function(
            "lastIndexOf",
            "The position of the last occurrence, at or before the second argument if there is one; -1 for none.",
            examples: [.init("'bananananana'.lastIndexOf('nana', 7)", "6")],
            Overload(.member, [.string, .string], .int, .two { $2.lastIndexOf($0, $1, through: nil) }),
            Overload(
                .member, [.string, .string, .int], .int,
                .many {
                    $1.lastIndexOf($0[0], $0[1], through: $0[2])
                })),
        Function(
            "substring",
            "The characters from a position up to the end, or up to but without a second position.",
            examples: [.init("'tacocat'.substring(0, 4)", "'taco'")],
            Overload(
                .member, [.string, .int], .string, .two { $2.slice($0, from: $1, to: nil, length: nil) }),
            Overload(
                .member, [.string, .int, .int], .string,
                .many {
                    $1.slice($0[0], from: $0[1], to: $0[2], length: nil)
                })),
        Function(
            "lowerAscii", "The string with A to Z in lower case.",
            examples: [.init("'TacoCÆt'.lowerAscii()", "'tacocÆt'")],
            Overload(.member, [.string], .string, .one { $1.mapped($0) { $0 &- 65 < 26 ? $0 | 0x20 : $0 } })),
        Function(
            "upperAscii", "The string with a to z in upper case.",
            examples: [.init("'TacoCæt'.upperAscii()", "'TACOCæT'")],
            Overload(.member, [.string], .string, .one { $1.mapped($0) { $0 &- 97 < 26 ? $0 & 0xDF : $0 } })),
        Function(
            "replace", "The string with all occurrences replaced, or the first so many.",
            examples: [.init("'hello hello'.replace('he', 'we', 1)", "'wello hello'")],
            Overload(
                .member, [.string, .string, .string], .string, .many { $1.replaced($0, limit: .int(-1)) }),
            Overload(
                .member, [.string, .string, .string, .int], .string,
                .many {
                    $1.replaced($0, limit: $0[3])
                })),
        Function(
            "split",
            "The parts between separators, all or at most so many; an empty separator splits into characters.",
            examples: [.init("'a b c'.split(' ', 2)", "['a', 'b c']")],
            Overload(.member, [.string, .string], .list(.string), .two { $2.split($0, $1, limit: .int(-1)) }),
            Overload(
                .member, [.string, .string, .int], .list(.string),
                .many {
                    $1.split($0[0], $0[1], limit: $0[2])
                })),
        Function(
            "join",
            "The strings of a list one behind the other, with the separator between them if there is one.",
            examples: [.init("['x', 'y'].join('-')", "'x-y'")],
            Overload(.member, [.list(.string)], .string, .one { $1.joined($0, separator: nil) }),
            Overload(.member, [.list(.string), .string], .string, .two { $2.joined($0, separator: $1) })),
        Function(
            "trim", "The string without white space at both ends.",
            examples: [.init("'  text\\n'.trim()", "'text'")],
            Overload(
                .member, [.string], .string,
                .one { value, frame in
                    let text = frame.string(value)
                    guard frame.spend(bytes: text.count) else { return frame.costFailure(at: -1) }
                    let scalars = text.string.unicodeScalars
                    guard let first = scalars.firstIndex(where: { !$0.isTrimmed }),
                        let last = scalars.lastIndex(where: { !$0.isTrimmed })
                    else { return frame.value("") }
                    return frame.value(String(scalars[first...last]))
                })),
        Function(
            "reverse", "The characters in reverse order.",
            examples: [.init("'Ta©o'.reverse()", "'o©aT'")],
            Overload(
                .member, [.string], .string,
                .one { value, frame in
                    frame.mapped(value) { String(String.UnicodeScalarView($0.unicodeScalars.reversed())) }
                })),
        Function(
            "strings.quote", "The string as a literal in double quotes.",
            examples: [.init("strings.quote('a\\nb')", "'\"a\\\\nb\"'")],
            Overload(.global, [.string], .string, .one { $1.mapped($0, Quoting.quote) })),
        Function(
            "format",
            "The string with `%s` (anything), `%d` (integers), `%f` and `%e` (numbers; `%.3f` with precision), `%b`, "
                + "`%o`, `%x`, `%X` and `%%` filled in from the list.",
            examples: [.init("'%s: %.2f'.format(['x', 1.5])", "'x: 1.50'")],
            Overload(.member, [.string, .list(.dyn)], .string, .two { $2.formatted($0, $1) }))
    ]
}

extension Unicode.Scalar {
    fileprivate var isTrimmed: Bool { properties.isWhitespace }
}
