import Diagnostics
import Fetching
import FoundationEssentials
import Logging
import Notation
import PipelineSpec
import Records
import Streaming

/// Who posts, and where.
struct BlueskyAccount: Sendable {
    let server: String
    let name: String
    let password: Secret

    func url(_ method: String) throws -> WebURL { try ServiceSink.url(server, "/xrpc/\(method)") }
}

/// Posts to Bluesky, or another server of the AT Protocol, in a session that is begun anew when it has ended.
actor BlueskySink: Sink {
    private struct Session {
        let did: String
        let token: Secret
    }

    private enum Entry {
        case open(Session)
        case failed(Delivery)
    }

    private let account: BlueskyAccount
    private let post: BlueskyPost
    private let courier: HTTPCourier
    private let keys: DeliveryKeys
    private var session: Session?
    private var logger: Logger?

    init(account: BlueskyAccount, post: BlueskyPost, courier: HTTPCourier, keys: DeliveryKeys) {
        self.account = account
        self.post = post
        self.courier = courier
        self.keys = keys
    }

    func open(_ opening: SinkOpening) { logger = opening.logger }

    func write(_ records: [Record]) async throws -> [Refusal] {
        var deliveries: [Delivery?] = Array(repeating: nil, count: records.count)
        for (index, record) in records.enumerated() {
            let delivery = try await deliver(record)
            deliveries[index] = delivery
            if delivery.stops { break }
        }
        return try HTTPSink.refusals(deliveries)
    }

    func checkpoint() -> SinkPosition? { nil }

    func close() { session = nil }

    private func deliver(_ record: Record) async throws -> Delivery {
        let key = keys.key(of: record)
        let body: JSONLiteral
        do {
            let now = courier.fetcher.clock.date().timeIntervalSince1970
            body = try post.record(record, at: WallClock.rfc3339(nanoseconds: Int64(now * 1000) * 1_000_000))
        } catch {
            return .refused(courier.redacted("\(error)"), status: nil)
        }
        let name = BlueskyPost.name(of: record, key: key)
        let isSessionOld = session != nil
        let first = try await send(body, as: name, key)
        guard isSessionOld, isOfSession(first) else { return first }
        session = nil
        return try await send(body, as: name, key)
    }

    private func isOfSession(_ delivery: Delivery) -> Bool {
        switch delivery {
        case .wrong(.notSignedIn): true
        case .refused(let reason, status: 400): reason.contains("ExpiredToken")
        default: false
        }
    }

    private func send(_ body: JSONLiteral, as name: String, _ key: String) async throws -> Delivery {
        switch try await enter() {
        case .failed(let delivery): return delivery
        case .open(let session):
            let text = JSONLiteral.object([
                .init("repo", .string(session.did)), .init("collection", "app.bsky.feed.post"),
                .init("rkey", .string(name)), .init("record", body)
            ]).text()
            var call = HTTPCall.json(text, to: try account.url("com.atproto.repo.putRecord"), key: key)
            call.headers = [("Authorization", Secret("Bearer \(session.token.revealed)"))]
            return try await courier.deliver(call, logger)
        }
    }

    private func enter() async throws -> Entry {
        if let session { return .open(session) }
        let text = JSONLiteral.object([
            .init("identifier", .string(account.name)), .init("password", .string(account.password.revealed))
        ]).text()
        let url = try account.url("com.atproto.server.createSession")
        let delivery = try await courier.deliver(HTTPCall.json(text, to: url, key: ""), logger)
        switch delivery {
        case .taken(let answer):
            guard let did = answer.json?["did"]?.string, let token = answer.json?["accessJwt"]?.string else {
                return .failed(.wrong(.notSignedIn("the answer has no session")))
            }
            let session = Session(did: did, token: Secret(token))
            self.session = session
            return .open(session)
        // Without a session no record can be sent, so that none is to blame.
        case .refused(let reason, _): return .failed(.wrong(.notSignedIn(reason)))
        case .again, .wrong: return .failed(delivery)
        }
    }
}
