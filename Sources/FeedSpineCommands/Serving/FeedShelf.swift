import Builtins
import Hosting
import Logging
import Notation
import Serving
import State
import Synchronization

/// The feeds of a run by their names: that of the file or of the sink, alone where no other feed has it, or behind the
/// pipeline's.
struct FeedShelf: Sendable {
    private let feeds: [ServedFeed]
    /// By what follows `/feeds/`.
    private let places: [[String]: [Int]]
    /// By feed, the shortest path that leads to it and to no other, and what it is.
    let addresses: [(path: String, title: String)]

    /// - Parameters:
    ///   - budget: bytes of feeds that may be on their way to clients.
    ///   - now: nanoseconds since 1970.
    init(_ sessions: [Session], budget: Int, now: @escaping @Sendable () -> Int64, logger: Logger) {
        let budget = ByteBudget(limit: budget)
        var feeds: [ServedFeed] = []
        var names: [[[String]]] = []
        var titles: [String] = []
        for session in sessions {
            for (sink, publication) in session.publications {
                feeds.append(ServedFeed(publication, budget: budget, now: now, logger: logger))
                let file = String(publication.path.split(separator: "/").last ?? "")
                names.append(
                    (file == sink ? [file] : [file, sink]).flatMap { [[$0], [session.name, $0]] })
                titles.append("feed '\(sink)' of pipeline '\(session.name)'")
            }
        }
        var places: [[String]: [Int]] = [:]
        for (feed, ways) in names.enumerated() {
            for way in ways { places[way, default: []].append(feed) }
        }
        self.feeds = feeds
        self.places = places
        addresses = names.indices.compactMap { feed in
            names[feed].first { places[$0]?.count == 1 }.map { way in
                let encoded = way.map { PercentEncoding.encode($0.utf8) }.joined(separator: "/")
                return ("/feeds/" + encoded, titles[feed])
            }
        }
    }

    func reply(to name: [String]) -> Reply {
        guard let found = places[name] else {
            return .notFound("no sink `feed` of this run has that name; / tells which there are")
        }
        guard found.count == 1 else {
            return .notFound("several feeds have that name; / tells how to say which")
        }
        return feeds[found[0]].reply()
    }
}

/// The file that a sink `feed` makes, as it was made last.
private final class ServedFeed: Sendable {
    private struct Last {
        weak var body: FeedBody?
    }

    private let publication: Publication
    private let budget: ByteBudget
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let last = Mutex(Last())

    init(
        _ publication: Publication, budget: ByteBudget, now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.publication = publication
        self.budget = budget
        self.now = now
        self.logger = logger
    }

    func reply() -> Reply {
        do throws(FileError) {
            guard let file = try publication.open() else {
                return .notFound("the feed has not been written yet")
            }
            guard let body = try body(of: file) else {
                return .notNow("too much is being sent already")
            }
            let version = ReplyVersion(hash: body.hash, modified: file.version.modified, now: now())
            return Reply(
                type: publication.mediaType, ReplyBody(body.bytes, owner: body), version: version)
        } catch {
            logger.warning("a feed cannot be served: \(error)")
            return .failed("the feed cannot be read; the log of the run says why")
        }
    }

    /// One for all clients that are sent the same; nil where there is no room for it.
    private func body(of file: PublishedFile) throws(FileError) -> FeedBody? {
        if let body = last.withLock(\.body), body.version == file.version { return body }
        guard let share = budget.take(file.version.size) else { return nil }
        let bytes = try file.bytes()
        let body = FeedBody(
            version: file.version, bytes: bytes, hash: ReplyVersion.hash(of: bytes), share: share)
        last.withLock { $0.body = body }
        return body
    }
}

/// What one version of a feed's file says.
private final class FeedBody: Sendable {
    let version: PublishedFile.Version
    let bytes: [UInt8]
    let hash: String
    private let share: ByteBudget.Share

    init(version: PublishedFile.Version, bytes: [UInt8], hash: String, share: ByteBudget.Share) {
        self.version = version
        self.bytes = bytes
        self.hash = hash
        self.share = share
    }
}

/// Bytes that may be held at the same time.
private final class ByteBudget: Sendable {
    /// Bytes that are held for as long as it lives.
    final class Share: Sendable {
        private let budget: ByteBudget
        private let count: Int

        fileprivate init(_ budget: ByteBudget, _ count: Int) {
            self.budget = budget
            self.count = count
        }

        deinit { budget.held.withLock { $0 -= count } }
    }

    private let limit: Int
    private let held = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// One that is larger than the limit has it alone.
    func take(_ count: Int) -> Share? {
        let isGiven = held.withLock { held in
            guard held == 0 || held + count <= limit else { return false }
            held += count
            return true
        }
        return isGiven ? Share(self, count) : nil
    }
}
