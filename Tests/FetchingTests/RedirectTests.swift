import Notation
import TestSupport
import Testing

@testable import Fetching

@Suite struct RedirectTests {
    @Test(
        arguments: [
            ([301, 301], 2), ([308, 301, 302], 2), ([302, 301], nil), ([301, 307, 301], 1), ([303], nil),
            ([307], nil)
        ] as [([Int], Int?)])
    func onlyThePermanentBeginningOfAChainIsRemembered(chain: [Int], remembered: Int?) async throws {
        try await withServer { server, fetcher in
            for (hop, status) in chain.enumerated() {
                server.on(
                    "/\(hop)", .redirect(status, to: hop % 2 == 0 ? "/\(hop + 1)" : server.url("/\(hop + 1)"))
                )
            }
            server.on("/\(chain.count)", .reply(200, [], "there"))
            let response = try await fetcher.fetch(server.url("/0"))
            #expect(try await response.text() == "there")
            #expect(response.url.string == server.url("/\(chain.count)"))
            #expect(response.permanentLocation?.string == remembered.map { server.url("/\($0)") })
            #expect(server.connections == 1)
        }
    }

    @Test func circlesAreRefused() async throws {
        try await withServer { server, fetcher in
            server.on("/a", .redirect(302, to: "/b"))
            server.on("/b", .redirect(301, to: "/a"))
            await #expect(throws: FetchError.redirectLoop(at: server.url("/a"))) {
                try await fetcher.fetch(server.url("/a"))
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func tenHopsAreFollowedAndElevenAreNot() async throws {
        try await withServer { server, fetcher in
            for hop in 0..<11 { server.on("/\(hop)", .redirect(302, to: "/\(hop + 1)")) }
            server.on("/11", .reply(200, [], "there"))
            await #expect(throws: FetchError.tooManyRedirects(limit: 10)) {
                try await fetcher.fetch(server.url("/0"))
            }
            let text = try await fetcher.fetch(server.url("/1")).text()
            #expect(text == "there")
        }
    }

    @Test(arguments: ["file:///etc/passwd", "javascript:alert(1)", "gopher://x/", "http://"])
    func targetsThatAreNoWebAddressesAreRefused(target: String) async throws {
        try await withServer { server, fetcher in
            server.on("/a", .redirect(301, to: target))
            await #expect(throws: FetchError.redirectRefused(to: target, .unsupportedTarget)) {
                try await fetcher.fetch(server.url("/a"))
            }
        }
    }

    @Test func aRedirectWithoutTargetIsRefused() async throws {
        try await withServer { server, fetcher in
            server.on("/a", .reply(302))
            await #expect(throws: FetchError.redirectRefused(to: server.url("/a"), .missingLocation)) {
                try await fetcher.fetch(server.url("/a"))
            }
        }
    }

    @Test func credentialsStayWithTheirOrigin() async throws {
        try await ScriptedServer.run { other in
            try await withServer { server, fetcher in
                server.on("/a", .redirect(302, to: "/b"))
                server.on("/b", .redirect(302, to: other.url("/c")))
                other.on("/c", .reply(200, [], "there"))
                _ = try await fetcher.fetch(server.url("/a")) {
                    $0.credentials = .bearer(Secret("token"))
                    $0.headers = [("X-Key", Secret("key"))]
                    $0.accept = "application/rss+xml"
                }
                #expect(server.requests.map { $0["Authorization"] } == ["Bearer token", "Bearer token"])
                #expect(server.requests.map { $0["X-Key"] } == ["key", "key"])
                #expect(other.requests.map { $0["Authorization"] } == [nil])
                #expect(other.requests.map { $0["X-Key"] } == [nil])
                #expect(other.requests.map { $0["Accept"] } == ["application/rss+xml"])
            }
        }
    }

    @Test func credentialsMayFollowToTheSecuredTwinOnly() throws {
        let plain = try WebURL("http://example.com/")
        #expect(RedirectTrail.mayCarryCredentials(from: plain, to: try WebURL("https://example.com/x")))
        #expect(!RedirectTrail.mayCarryCredentials(from: try WebURL("https://example.com/"), to: plain))
        #expect(!RedirectTrail.mayCarryCredentials(from: plain, to: try WebURL("https://example.com:8443/")))
        #expect(!RedirectTrail.mayCarryCredentials(from: plain, to: try WebURL("https://www.example.com/")))
    }

    @Test(arguments: [
        (301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "a=1"), (308, "POST", "a=1")
    ])
    func aFormIsSentAgainOnlyWhenTheStatusSaysSo(status: Int, method: String, body: String) async throws {
        try await withServer { server, fetcher in
            server.on("/a", .redirect(status, to: "/b"))
            server.on("/b", .reply(200))
            _ = try await fetcher.fetch(server.url("/a")) {
                $0.method = .post
                $0.body = Array("a=1".utf8)
            }
            #expect(server.requests.last?.method == method)
            #expect(server.requests.last.map { String(decoding: $0.body, as: UTF8.self) } == body)
        }
    }
}

/// `public.test` passes for a public host although it is the server on loopback.
@Suite struct PrivateRedirectTests {
    private func withPublicHost(
        _ body: (ScriptedServer, Fetcher) async throws -> Void
    ) async throws {
        try await withServer(
            configure: {
                $0.hostOverrides = [
                    "public.test": "127.0.0.1", "inner.test": "127.0.0.1", "rebound.test": "127.0.0.1"
                ]
                $0.resolver = Resolver { $0 == "inner.test" }
            }, body)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]", "inner.test", "[::ffff:127.0.0.1]"])
    func fromPublicToPrivateIsRefused(host: String) async throws {
        try await withPublicHost { server, fetcher in
            server.on("/a", .redirect(301, to: "http://\(host):\(server.port)/secret"))
            server.on("/secret", .reply(200, [], "secret"))
            let target = try WebURL("http://\(host):\(server.port)/secret").description
            await #expect(throws: FetchError.redirectRefused(to: target, .privateAddress)) {
                try await fetcher.fetch(server.url("/a", host: "public.test"))
            }
            #expect(server.requests.map(\.path) == ["/a"])
        }
    }

    /// The name is public when it is looked up, and leads to loopback when the connection is made.
    @Test func theConnectionItselfIsChecked() async throws {
        try await withPublicHost { server, fetcher in
            server.on("/a", .redirect(301, to: server.url("/secret", host: "rebound.test")))
            server.on("/secret", .reply(200, [], "secret"))
            await #expect(
                throws: FetchError.redirectRefused(
                    to: server.url("/secret", host: "rebound.test"), .privateAddress)
            ) {
                try await fetcher.fetch(server.url("/a", host: "public.test"))
            }
            #expect(server.requests.map(\.path) == ["/a"])
        }
    }

    @Test func anAddressThatAPublicDocumentNamesCountsAsRedirected() async throws {
        try await withPublicHost { server, fetcher in
            server.on("/secret", .reply(200, [], "secret"))
            let target = try WebURL(server.url("/secret", host: "inner.test"))
            await #expect(throws: FetchError.redirectRefused(to: target.description, .privateAddress)) {
                try await fetcher.fetch(target.string) {
                    $0.referrer = try? WebURL("http://public.test/page")
                }
            }
            #expect(server.requests.isEmpty)
            let response = try await fetcher.fetch(target.string) {
                $0.referrer = try? WebURL(server.url("/page"))
            }
            #expect(try await response.text() == "secret")
        }
    }

    @Test func secretsStayAtTheirHomeAndWhoAsksIsToldEverywhere() async throws {
        try await withPublicHost { server, fetcher in
            server.on("/feed", .reply(200))
            server.on("/feed", .reply(200))
            for host in ["public.test", "rebound.test"] {
                _ = try await fetcher.fetch(server.url("/feed", host: host)) {
                    $0.home = (try? WebURL(server.url("/page", host: "public.test"))) ?? $0.home
                    $0.credentials = .bearer(Secret("token"))
                    $0.headers = [("X-Key", Secret("key")), ("User-Agent", Secret("me/1"))]
                }
            }
            #expect(server.requests.map { $0["authorization"] } == ["Bearer token", nil])
            #expect(server.requests.map { $0["x-key"] } == ["key", nil])
            #expect(server.requests.map { $0["user-agent"] } == ["me/1", "me/1"])
        }
    }

    @Test func allowPrivateAllowsIt() async throws {
        try await withPublicHost { server, fetcher in
            server.on("/a", .redirect(301, to: server.url("/inner")))
            server.on("/inner", .reply(200, [], "welcome"))
            let response = try await fetcher.fetch(server.url("/a", host: "public.test")) {
                $0.allowPrivate = true
            }
            #expect(try await response.text() == "welcome")
        }
    }

    @Test func fromPrivateToPrivateIsFine() async throws {
        try await withPublicHost { server, fetcher in
            server.on("/a", .redirect(301, to: server.url("/b", host: "localhost")))
            server.on("/b", .reply(200, [], "fine"))
            let text = try await fetcher.fetch(server.url("/a")).text()
            #expect(text == "fine")
        }
    }
}
