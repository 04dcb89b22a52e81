import FoundationEssentials
import TestSupport
import Testing

@testable import Fetching

@Suite struct CookieJarTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    /// The cookies that `target` gets after an answer from `origin` that sets some.
    private func sent(
        _ fields: [String], from origin: String, to target: String, beside given: String? = nil
    ) throws -> String? {
        var jar = CookieJar()
        let headers = HeaderFields(fields.map { ("Set-Cookie", $0) })
        jar.take(headers, from: try WebURL(origin), now: Self.now)
        return jar.field(for: try WebURL(target), beside: given)
    }

    @Test(
        arguments: [
            ("s=1", "http://a.example/x"), ("s=1; Path=/", "http://a.example/x"),
            ("s=1; Path=/feeds", "http://a.example/feeds/x"),
            ("s=1; path=/feeds/", "http://a.example/feeds/x"),
            ("s=1; Domain=.example.org", "http://b.example.org/"),
            ("s=1; DOMAIN=a.example.org", "http://a.example.org/"),
            ("s=1; Secure", "https://a.example/"), ("s=1; Max-Age=60", "http://a.example/"),
            ("s=1; Expires=Wed, 15 Nov 2023 00:00:00 GMT; HttpOnly; SameSite=Lax", "http://a.example/"),
            ("s=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a.example/"),
            (" s = 1 ;Path=nonsense", "http://a.example/")
        ])
    func whoMayHaveACookieGetsIt(field: String, target: String) throws {
        let host = try WebURL(target).host
        let origin =
            "\(target.hasPrefix("https") ? "https" : "http")://\(host.hasSuffix("org") ? "a.example.org" : host)/f"
        #expect(try sent([field], from: origin, to: target) == "s=1")
    }

    @Test(
        arguments: [
            ("s=1", "http://a.example/", "http://b.example/"),
            ("s=1", "http://a.example/", "http://x.a.example/"),
            ("s=1; Path=/feeds", "http://a.example/", "http://a.example/feedsx"),
            ("s=1", "http://a.example/feeds/x", "http://a.example/other"),
            ("s=1; Domain=b.example", "http://a.example/", "http://b.example/"),
            ("s=1; Domain=example", "http://a.example/", "http://b.example/"),
            ("s=1; Domain=0.0.1", "http://127.0.0.1/", "http://127.0.0.1/"),
            ("s=1; Secure", "https://a.example/", "http://a.example/"),
            ("s=1; Max-Age=0", "http://a.example/", "http://a.example/"),
            ("s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a.example/", "http://a.example/"),
            ("nothing", "http://a.example/", "http://a.example/"),
            ("=1", "http://a.example/", "http://a.example/"),
            ("s=\u{7F}", "http://a.example/", "http://a.example/")
        ])
    func othersDoNot(field: String, origin: String, target: String) throws {
        #expect(try sent([field], from: origin, to: target) == nil)
    }

    @Test func theLastValueCountsAndLongerPathsComeFirst() throws {
        let fields = ["a=1; Path=/", "b=2; Path=/f", "a=3; Path=/", "c=4; Path=/", "c=; Path=/; Max-Age=-1"]
        #expect(try sent(fields, from: "http://a.example/", to: "http://a.example/f/x") == "b=2; a=3")
    }

    @Test func whatTheUserSendsGoesFirst() throws {
        let sent = try sent(
            ["a=1", "b=2"], from: "http://a.example/", to: "http://a.example/", beside: "b=mine; c=3")
        #expect(sent == "b=mine; c=3; a=1")
    }

    @Test func thereAreNotWithoutEnd() throws {
        let fields = (0..<1000).map { "c\($0)=1" } + ["long=" + String(repeating: "x", count: 5000)]
        let sent = try sent(fields, from: "http://a.example/", to: "http://a.example/")
        #expect(sent?.split(separator: ";").count == 50)
    }
}

@Suite struct CookieRedirectTests {
    private static func redirect(to place: String, setting cookie: String, status: Int = 302) -> Script {
        .reply(status, [("Location", place), ("Set-Cookie", cookie)])
    }

    @Test(arguments: [301, 302, 307])
    func whoIsSentBackWithACookieArrives(status: Int) async throws {
        try await withServer { server, fetcher in
            server.otherwise { request in
                request["Cookie"] == "s=1"
                    ? .reply(200, [], "there") : Self.redirect(to: "/feed", setting: "s=1", status: status)
            }
            let response = try await fetcher.fetch(server.url("/feed"))
            #expect(try await response.text() == "there")
            #expect(response.permanentLocation == nil, "it has not moved")
            #expect(server.requests.count == 2)
        }
    }

    @Test func soDoesWhoIsSentAwayAndBack() async throws {
        try await withServer { server, fetcher in
            server.otherwise { request in
                switch (request.path, request["Cookie"]) {
                case ("/feed", "s=1"): .reply(200, [], "there")
                case ("/feed", _): .redirect(302, to: "/check?back=/feed")
                default: Self.redirect(to: "/feed", setting: "s=1; Path=/")
                }
            }
            let text = try await fetcher.fetch(server.url("/feed")).text()
            #expect(text == "there")
            #expect(server.requests.count == 3)
        }
    }

    @Test func aCircleIsOneWithACookieToo() async throws {
        try await withServer { server, fetcher in
            server.otherwise { _ in Self.redirect(to: "/feed", setting: "s=1") }
            await #expect(throws: FetchError.redirectLoop(at: server.url("/feed"))) {
                try await fetcher.fetch(server.url("/feed"))
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func nothingIsKeptForTheNextFetch() async throws {
        try await withServer { server, fetcher in
            server.on("/a", Self.redirect(to: "/b", setting: "s=1; Path=/"))
            server.on("/b", .reply(200, [], "there"))
            _ = try await fetcher.fetch(server.url("/a"))
            _ = try await fetcher.fetch(server.url("/b"))
            #expect(server.requests.map { $0["Cookie"] } == [nil, "s=1", nil])
        }
    }
}
