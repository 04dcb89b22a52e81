package import Notation
import Records

/// Functions for feed work.
package enum FeedFunctions {
    /// What this module brings itself.
    static let all: [Function] = [
        Function(
            "host",
            "The host of a URL in lower case, an international name in its ASCII form; empty when there is none.",
            examples: [.init("host('https://Example.com:8080/a')", "'example.com'")],
            Overload(
                .global, [.string], .string,
                .one { value, frame in frame.mapped(value) { CanonicalURL.host($0) ?? "" } })),
        Function(
            "canonical_url",
            "One form for the addresses of a page: host in lower case and ASCII, without default port and tracking "
                + "parameters (`utm_*`, `fbclid`, `gclid` and the like).",
            examples: [
                .init(
                    "canonical_url('HTTPS://Example.com:443/a?utm_source=x&id=1#top')",
                    "'https://example.com/a?id=1#top'")
            ],
            Overload(
                .global, [.string], .string,
                .one { value, frame in frame.mapped(value, CanonicalURL.canonical) })),
        Function(
            "words", "The words of a text: runs of letters, digits and marks, apostrophes inside included.",
            examples: [.init("words(\"Don't panic, 42 times\")", "[\"Don't\", 'panic', '42', 'times']")],
            Overload(
                .global, [.string], .list(.string),
                .one { value, frame in
                    let text = frame.string(value)
                    guard frame.spend(bytes: 8 * text.count),
                        let words = Words.split(text.string, atMost: frame.budget), frame.spend(words.count)
                    else { return frame.costFailure(at: -1) }
                    return frame.value(words)
                })),
        caseMapping(
            "lower", "The text in lower case, for all of Unicode.", "lower('STRASSE À')", "'strasse à'"
        ) {
            $0.lowercased()
        },
        caseMapping("upper", "The text in upper case, for all of Unicode.", "upper('straße')", "'STRASSE'") {
            $0.uppercased()
        },
        Function(
            "similarity",
            "How alike two texts are, from 0.0 to 1.0: Dice's coefficient over pairs of neighbouring letters and "
                + "digits, without regard to case, punctuation and word order.",
            examples: [
                .init("similarity('Apple unveils iPhone', 'apple unveils iphone!')", "1.0"),
                .init("similarity('night', 'nacht')", "0.25")
            ],
            Overload(
                .global, [.string, .string], .double,
                .two { left, right, frame in
                    let (a, b) = (frame.string(left), frame.string(right))
                    guard frame.spend(bytes: 8 * (a.count + b.count)) else {
                        return frame.costFailure(at: -1)
                    }
                    return .double(Similarity.dice(a.string, b.string))
                })),
        Function(
            "age", "The time since a timestamp (or RFC 3339 text): `now - t`.",
            examples: [.init("age(timestamp('2000-01-01T00:00:00Z')) > duration('1h')", "true")],
            Overload(.global, [.timestamp], .duration, .one(age)),
            Overload(.global, [.string], .duration, .one(age)))
    ]

    @Sendable private static func age(_ value: Value, _ frame: inout Frame) -> Value {
        let read = frame.readAsTimestamp(value, at: -1)
        guard case .timestamp(let timestamp) = read else { return read }
        return frame.now().nanoseconds(since: timestamp).map(Value.duration)
            ?? frame.failure(.outOfRange, "duration")
    }

    private static func caseMapping(
        _ name: String, _ doc: String, _ example: String, _ result: String,
        _ map: @escaping @Sendable (String) -> String
    ) -> Function {
        let body: Overload.Body = .one { value, frame in frame.mapped(value, map) }
        return Function(
            name, doc, examples: [.init(example, result)], Overload(.global, [.string], .string, body),
            Overload(.member, [.string], .string, body))
    }
}

/// Functions whose work is done by modules above this one.
extension FeedFunctions {
    /// `strip_html`, `parse_date` and `hash` over the code given.
    package static func injected(
        stripHTML: @escaping @Sendable (String) -> String,
        parseDate: @escaping @Sendable (String) -> Timestamp?,
        sha256: @escaping @Sendable (UnsafeRawBufferPointer) -> [UInt8]
    ) -> [Function] {
        [
            .text(
                "strip_html", "The text of HTML: tags, comments, scripts and styles away, entities decoded.",
                examples: [.init("strip_html('<p>AT&amp;T <b>wins</b></p>')", "'AT&T wins'")], stripHTML),
            Function(
                "parse_date",
                "The timestamp in a date of any form that feeds use (RFC 822, ISO 8601 and others).",
                examples: [
                    .init("parse_date('Tue, 10 Jun 2003 04:00:00 GMT')", "timestamp('2003-06-10T04:00:00Z')")
                ],
                Overload(
                    .global, [.string], .timestamp,
                    .one { value, frame in
                        parseDate(frame.string(value).string).map(Value.timestamp)
                            ?? frame.failure(.invalidConversion, "\(frame.shown(value)) is no date")
                    })),
            Function(
                "hash", "The SHA-256 of the text's UTF-8, in hexadecimal.",
                examples: [
                    .init("hash('abc')", "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'")
                ],
                Overload(
                    .global, [.string], .string,
                    .one { value, frame in
                        let digest = sha256(UnsafeRawBufferPointer(frame.string(value).utf8))
                        return frame.value(
                            String(hexadecimal: digest))
                    }))
        ]
    }
}

extension Frame {
    /// The text that a function makes of another, looking at each character.
    mutating func mapped(_ value: Value, _ map: (String) -> String) -> Value {
        let text = string(value)
        guard spend(bytes: 8 * text.count) else { return costFailure(at: -1) }
        return self.value(map(text.string))
    }
}

extension Function {
    /// A function from text to text.
    package static func text(
        _ name: String, _ doc: String, examples: [Example], _ body: @escaping @Sendable (String) -> String
    ) -> Function {
        Function(
            name, doc, examples: examples,
            Overload(
                .global, [.string], .string,
                .one { value, frame in frame.mapped(value, body) }))
    }
}
