import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Streaming
import Synchronization

/// Feeds and APIs that a simulated pipeline polls, behind the client's seam.
final class WebServer: Sendable {
    /// How a request ends that gets no document.
    enum Fault: Sendable, Equatable {
        case status(Int)
        case breaksOff, hangs, refuses
    }

    private struct Feed {
        var kind = Kind.rss
        var items: [String] = []
        var revision = 0
    }

    private struct State {
        var feeds: [String: Feed] = [:]
        var requests = 0
        var faults: [Int: Fault] = [:]
    }

    /// An address that is nobody's, and public.
    static let host = "203.0.113.7"

    private let state = Mutex(State())

    /// - Parameter kind: nil leaves it as it is.
    func publish(_ items: [String], at path: String, as kind: Kind? = nil) {
        state.withLock { state in
            if let kind { state.feeds[path, default: Feed()].kind = kind }
            state.feeds[path, default: Feed()].items += items
            state.feeds[path]?.revision += 1
        }
    }

    /// - Parameter faults: by the number of the request, from 0.
    func expect(_ faults: [Int: Fault]) {
        state.withLock { state in
            state.requests = 0
            state.faults = faults
        }
    }

    func answer(_ request: HTTPClient.Request, scheduler: Scheduler, trace: Trace) async throws
        -> SimulatedAnswer.Content
    {
        let url = request.url.absoluteString
        let asked = Request(url)
        let (feed, fault) = state.withLock { state in
            defer { state.requests += 1 }
            return (state.feeds[asked.source], state.faults[state.requests])
        }
        trace.note("request \(url) \(fault.map { "\($0)" } ?? "")")
        try await scheduler.time.sleep(until: scheduler.now + .milliseconds(20))
        guard let feed, let document = WebServer.document(feed.kind, asked, feed.items) else {
            return .init(status: .notFound)
        }
        switch fault {
        case .status(let status): return .init(status: HTTPResponseStatus(statusCode: status))
        case .refuses: throw HTTPClientError.remoteConnectionClosed
        case .hangs:
            try await scheduler.time.sleep(until: scheduler.now + .seconds(86_400))
            throw HTTPClientError.remoteConnectionClosed
        case .breaksOff, nil: break
        }
        let tag = "\"r\(feed.revision)\""
        var headers = HTTPHeaders([("content-type", document.type)])
        if document.hasTag { headers.add(name: "etag", value: tag) }
        if !document.links.isEmpty {
            headers.add(name: "link", value: document.links.joined(separator: ", "))
        }
        if document.hasTag, request.headers["if-none-match"].contains(tag) {
            return .init(status: .notModified, headers: headers)
        }
        let text = document.text
        guard fault == .breaksOff else {
            return .init(status: .ok, headers: headers, text: text)
        }
        headers.add(name: "content-length", value: "\(text.utf8.count)")
        return .init(
            status: .ok, headers: headers, text: String(text.prefix(text.count / 2)), breaksOff: true)
    }
}
