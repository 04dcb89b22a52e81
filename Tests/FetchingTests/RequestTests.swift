import Notation
import TestSupport
import Testing

@testable import Fetching

@Suite struct RequestTests {
    @Test func saysWhoItIs() async throws {
        let name = FetcherConfiguration.userAgent(version: "1.2.3", url: "https://example.com")
        #expect(name == "feedspine/1.2.3 (+https://example.com)")
        try await withServer(configure: { $0.userAgent = name }) { server, fetcher in
            server.on("/", .reply(200))
            _ = try await fetcher.fetch(server.url("/"))
            #expect(server.requests.map { $0.all("User-Agent") } == [[name]])
        }
    }

    @Test func credentialsAreSent() async throws {
        try await withServer { server, fetcher in
            server.on("/", .reply(200))
            _ = try await fetcher.fetch("http://me:w%40rd@127.0.0.1:\(server.port)/")
            _ = try await fetcher.fetch(server.url("/")) { $0.credentials = .bearer(Secret("token")) }
            #expect(server.requests.map { $0["Authorization"] } == ["Basic bWU6d0ByZA==", "Bearer token"])
        }
    }

    @Test func headersReplaceOursInsteadOfDoublingThem() async throws {
        try await withServer { server, fetcher in
            server.on("/", .reply(200))
            _ = try await fetcher.fetch(server.url("/")) {
                $0.headers = [("user-agent", Secret("mine")), ("Accept", Secret("text/xml"))]
            }
            #expect(server.requests.first?.all("User-Agent") == ["mine"])
            #expect(server.requests.first?.all("Accept") == ["text/xml"])
        }
    }

    @Test func secretsFromFilesLoseTheirLastLineBreak() async throws {
        try await withServer { server, fetcher in
            server.on("/", .reply(200))
            _ = try await fetcher.fetch(server.url("/")) {
                $0.credentials = .bearer(Secret("token\n"))
                $0.headers = [("X-Key", Secret(" key\r\n"))]
            }
            #expect(server.requests.first?["Authorization"] == "Bearer token")
            #expect(server.requests.first?["X-Key"] == "key")
        }
    }

    @Test(arguments: [("X-Key", "a\r\nX-Evil: 1"), ("X-Key", "a\0b"), ("X Key", "a"), ("", "a"), ("X-Ä", "a")]
    )
    func headersThatWouldBreakTheRequestAreNotSent(name: String, value: String) async throws {
        try await withServer { server, fetcher in
            let expected = FetchError.invalidHeader(name: name == "X-Key" ? name : "")
            await #expect(throws: expected) {
                try await fetcher.fetch(server.url("/")) { $0.headers = [(name, Secret(value))] }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func plainRequestsGoThroughTheProxy() async throws {
        try await ScriptedServer.run { proxy in
            proxy.otherwise { _ in .reply(200, [], "by proxy") }
            let rules = ProxyRules(environment: ["http_proxy": "http://me:pw@127.0.0.1:\(proxy.port)"])
            try await withServer(configure: { $0.proxies = rules }) { _, fetcher in
                let text = try await fetcher.fetch("http://feeds.example/rss?x=1").text()
                #expect(text == "by proxy")
            }
            #expect(proxy.requests.map(\.target) == ["http://feeds.example/rss?x=1"])
            #expect(proxy.requests.map { $0["Proxy-Authorization"] } == ["Basic bWU6cHc="])
        }
    }

    @Test func aProxyThatWeCannotSpeakToIsNotPassedBy() async throws {
        let rules = ProxyRules(environment: ["http_proxy": "https://127.0.0.1:1"])
        try await withServer(configure: { $0.proxies = rules }) { _, fetcher in
            await #expect(throws: FetchError.proxy(reason: "'https' proxies are not supported")) {
                try await fetcher.fetch("http://feeds.example/rss")
            }
        }
    }

    @Test func aFetcherThatWasShutDownFetchesNothing() async throws {
        try await withServer { server, fetcher in
            await fetcher.shutdown()
            await #expect(throws: CancellationError.self) { try await fetcher.fetch(server.url("/")) }
        }
    }
}
