import Foundation
import TestSupport
import Testing

@testable import PipelineSpec

@Suite struct RedactorTests {
    @Test(arguments: [
        ("hunter2", "GET /hunter2/rss", "GET /<redacted>/rss"),
        ("TENANT-S3CR3T", "no host tenant-s3cr3t.invalid", "no host <redacted>.invalid"),
        ("se cret\"42", "/feeds/se%20cret%2242/rss", "/feeds/<redacted>/rss"),
        ("se cret\"42", "?q=se+cret%22" + "42", "?q=<redacted>"),
        ("se cret\"42", #"{"error":"se cret\"42"}"#, #"{"error":"<redacted>"}"#),
        ("a/b+c=d", "A%2fB%2bc%3Dd", "<redacted>"),
        ("a/b+c=d", "a%252Fb%252Bc%253Dd", "<redacted>"),
        ("umläut€", "uml%C3%A4ut%e2%82%ac", "<redacted>"),
        ("umläut€", #""uml\u00e4ut\u20AC""#, #""<redacted>""#),
        ("key\u{1F511}", #"key\ud83d\udd11 key\u{1f511}"#, "<redacted> <redacted>"),
        ("two\nlines", #"two\nlines twolines two%0Alines"#, "<redacted> <redacted> <redacted>"),
        (
            "%41bc%2Fdef", "/%41bc%2Fdef /%2541bc%252Fdef /%252541bc%25252Fdef",
            "/<redacted> /<redacted> /<redacted>"
        ),
        ("100%25", "100%25 100%2525", "<redacted> <redacted>"),
        ("back\\slash", #"back\\slash back\slash"#, "<redacted> <redacted>"),
        ("abc", "abc is too short to be told from others", "abc is too short to be told from others"),
        ("hunter2", "hunter and 2", "hunter and 2")
    ])
    func aValueIsLeftOutInEverySpelling(secret: String, text: String, shown: String) {
        #expect(Redactor([secret]).redact(text) == shown)
        #expect(Redactor(["zzzzzz", secret]).isMentioned(in: text) == (text != shown))
    }

    @Test(arguments: ["", "u", "us", "user", "somebody@example.com"], ["hunter2!", "pass:word/with?all"])
    func credentialsAreLeftOutOfBase64(user: String, password: String) {
        let header = Data("\(user):\(password)".utf8).base64EncodedString()
        #expect(
            Redactor([password]).redact("Authorization: Basic \(header)") == "Authorization: Basic <redacted>"
        )
    }

    @Test func theLongestValueGoesFirst() {
        #expect(Redactor(["pass", "password"]).redact("password pass") == "<redacted> <redacted>")
    }

    /// Beside a search that tries each way to read the text.
    @Test(arguments: 0..<10) func aValueIsFoundWhereverItCanBeRead(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func text(_ lengths: ClosedRange<Int>) -> String {
            let pieces = [
                "a", "A", "b", "%", "%61", "%2561", "\\", "\\n", "\\u0062", "+", " ", "\n", "ä", "%C3%A4",
                "2", "5"
            ]
            let count = Int.random(in: lengths, using: &random)
            return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        var foundCount = 0
        for _ in 0..<300 {
            // Shorter than what is looked for in Base64, longer than what is not kept.
            let secret = text(2...4)
            guard (4...5).contains(secret.utf8.count) else { continue }
            let planted = Bool.random(using: &random) ? secret : ""
            let bytes = Array((text(0...6) + planted + text(0...6)).utf8)
            let wanted = secret.unicodeScalars.filter { $0 != "\n" }.map(lowerCased)
            let isThere =
                !wanted.isEmpty
                && bytes.indices.contains { stands(wanted[...], in: bytes, at: $0, first: true) }
            if isThere { foundCount += 1 }
            let shown = String(decoding: bytes, as: UTF8.self)
            #expect(Redactor([secret]).isMentioned(in: shown) == isThere, "\(secret) in \(shown)")
        }
        #expect(foundCount > 20)
    }
}

private func lowerCased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    String(scalar).lowercased().unicodeScalars.first ?? scalar
}

private func stands(_ wanted: ArraySlice<Unicode.Scalar>, in bytes: [UInt8], at place: Int, first: Bool)
    -> Bool
{
    guard let next = wanted.first else { return true }
    return SpelledText.readings(of: bytes, at: place).contains { scalar, end in
        lowerCased(scalar) == next && stands(wanted.dropFirst(), in: bytes, at: end, first: false)
            || scalar == "\n" && !first && stands(wanted, in: bytes, at: end, first: false)
    }
}
