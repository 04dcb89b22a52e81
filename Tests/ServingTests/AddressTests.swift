import Notation
import Testing

@testable import Serving

@Suite("Where a server listens, and for whom") struct AddressTests {
    @Test(
        "an address",
        arguments: [
            ("9464", "127.0.0.1:9464", true), (":9464", "127.0.0.1:9464", true), ("0", "127.0.0.1:0", true),
            ("localhost:80", "127.0.0.1:80", true), ("127.0.0.9:1", "127.0.0.9:1", true),
            ("[::1]:65535", "[::1]:65535", true), ("0.0.0.0:9464", "0.0.0.0:9464", false),
            ("[::]:9464", "[::]:9464", false), ("10.0.0.1:9464", "10.0.0.1:9464", false)
        ])
    func address(_ text: String, _ shown: String, _ isLoopback: Bool) throws {
        let address = try ListenAddress(text)
        #expect("\(address)" == shown)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(
        "what is none",
        arguments: [
            "", ":", "65536", "-1", "+1", "9464x", "example.com:80", "::1:80", "[127.0.0.1]:80", "1.2.3:80",
            "127.0.0.1", "[::1]", "http://127.0.0.1:80", "٣", "0.0.0.0:", " 80"
        ])
    func noAddress(_ text: String) {
        #expect(throws: ListenAddressProblem.self) { try ListenAddress(text) }
    }

    @Test("a token is shown whole, in the scheme's own words")
    func token() throws {
        let token = try BearerToken(Secret("0123456789abcdef"))
        #expect(token.isShown(in: "Bearer 0123456789abcdef"))
        #expect(token.isShown(in: "bearer  0123456789abcdef"))
        for header in [
            nil, "", "Bearer", "Bearer ", "0123456789abcdef", "Basic 0123456789abcdef",
            "Bearer 0123456789abcde", "Bearer 0123456789abcdef ", "Bearer 0123456789abcdeg"
        ] { #expect(!token.isShown(in: header)) }
        #expect(!"\(token)".contains("0123456789abcdef"))
    }

    @Test("a token is long enough and has no blanks")
    func badToken() {
        #expect(throws: BearerTokenProblem.length) { try BearerToken(Secret("0123456789abcde")) }
        #expect(throws: BearerTokenProblem.characters) { try BearerToken(Secret("0123456789 abcdef")) }
        #expect(throws: BearerTokenProblem.characters) { try BearerToken(Secret("0123456789abcdéf")) }
    }

    @Test("a path is decoded, and what cannot be is none")
    func path() {
        #expect(RequestPath("/")?.segments == [""])
        #expect(RequestPath("/feeds/a%20b?x=/y")?.segments == ["feeds", "a b"])
        #expect(RequestPath("/feeds/..%2F..%2Fetc")?.segments == ["feeds", "../../etc"])
        #expect(RequestPath("//feeds/")?.segments == ["", "feeds", ""])
        for path in ["", "x", "*", "/%", "/%0", "/%00", "/%ff", "http://a/b"] {
            #expect(RequestPath(path) == nil, "\(path)")
        }
    }
}
