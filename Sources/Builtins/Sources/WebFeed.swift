import Feeds
import Fetching
import Logging
import Streaming

/// A feed on the web, or a page that names it.
struct WebFeed: Sendable {
    /// As it stands in the spec, or in a list.
    let url: WebURL
    let client: WebClient
    /// The list on the web that the address is from.
    var list: WebURL?
    /// Whether the address may be that of a page.
    var discovers = false

    /// The most of a page that is kept to find the feed in it.
    private static let pageLimit = 1 << 20
    /// Addresses in one page that are tried.
    private static let attempts = 5

    /// Reads what is new.
    func read(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        var position = DocumentPosition(anchor, of: url)
        if discovers, let found = position.found {
            do {
                _ = try await read(document(found), &position, into: outlet)
                return
            } catch let error where error.saysThatNoFeedIsThere {
                outlet.logger.notice(
                    "\(found.feed) is no feed any more; looking for another on \(found.page)")
            }
        }
        if position.found != nil { position.forgetFound() }
        let document = WebDocument(client: client, url: url, home: url, referrer: list)
        guard let page = try await read(document, &position, into: outlet) else { return }
        try await readFeed(of: page, &position, into: outlet)
    }

    /// Tries the addresses that a page names until one is a feed.
    private func readFeed(
        of page: Page, _ position: inout DocumentPosition, into outlet: SourceOutlet
    ) async throws {
        let links = FeedLinks(in: page.content, contentType: page.contentType)
        let base = links.base.flatMap { page.url.resolving($0) } ?? page.url
        var failure: (any Error)?
        for feed in links.addresses.compactMap({ base.resolving($0) }).prefix(WebFeed.attempts) {
            let found = FoundFeed(feed: feed, page: page.url)
            position.find(found)
            do {
                _ = try await read(document(found), &position, into: outlet)
                return outlet.logger.info("\(url): the feed is \(feed)")
            } catch let error where error.saysThatNoFeedIsThere {
                // Any other failure may be over soon, and the next address be that of the comments.
                failure = failure ?? error
            }
        }
        throw NoFeedFound(page: page.url, cause: failure)
    }

    /// A feed that a page names. What was given for the page's server stays there.
    private func document(_ found: FoundFeed) -> WebDocument {
        let isHome = found.page.mayShareSecrets(of: url)
        return WebDocument(
            client: isHome ? client : client.withoutSecrets, url: found.feed,
            home: isHome ? url : found.feed, referrer: found.page, isFound: true)
    }

    /// Reads a document to its end.
    ///
    /// - Returns: the page, where it is one and may be.
    private func read(
        _ document: WebDocument, _ position: inout DocumentPosition, into outlet: SourceOutlet
    ) async throws -> Page? {
        guard let response = try await document.open(&position, into: outlet), let body = response.body else {
            return nil
        }
        guard client.fetcher.executor != nil else {
            return try await read(body, of: response, document, &position, into: outlet)
        }
        // Parsing takes long enough to hold up the connections that are served where the answer has come in.
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await read(body, of: response, document, &position, into: outlet)
        }
    }

    private func read(
        _ body: FetchBody, of response: FetchResponse, _ document: WebDocument,
        _ position: inout DocumentPosition, into outlet: SourceOutlet
    ) async throws -> Page? {
        try position.open(into: outlet)
        var context = FeedParser.Context(
            url: response.url.string, contentType: response.headers["content-type"],
            language: response.headers["content-language"], source: outlet.name, idScope: client.shown(url),
            ids: position.ids)
        context.shownURL = client.shown(response.url)
        var reading = FeedReading(place: "\(document.url)", context: context, outlet: outlet)
        var page = Page(url: response.url, contentType: context.contentType)
        var pieces = body.makeAsyncIterator()
        func begin(_ first: String) throws {
            try position.begin(response.validators, first: first, into: outlet)
        }
        do {
            while let bytes = try await pieces.next() {
                if discovers, !reading.hasItems { page.add(bytes, limit: WebFeed.pageLimit) }
                try await reading.push(bytes, begin: begin)
            }
            position.pace = FeedPace(try await reading.finish(begin: begin))
            position.ids = reading.ids
        } catch let error as NotAFeed where discovers && !document.isFound && error.failure == .htmlPage {
            while page.content.count < WebFeed.pageLimit, let bytes = try await pieces.next() {
                page.add(bytes, limit: WebFeed.pageLimit)
            }
            return page
        } catch let error as FetchError {
            if !error.isRetryable { throw GivenUp(place: "\(document.url)", cause: error) }
            let failure = Interrupted(place: "\(document.url)", cause: error)
            throw reading.hasItems && !position.canGoOn ? NotToBeContinued(cause: failure) : failure
        } catch let error as FeedBreaksOff {
            throw reading.hasItems && !position.canGoOn ? NotToBeContinued(cause: error) : error
        }
        try await position.end(into: outlet)
        client.rest(outlet, PollSchedule.Hints(response, position.pace))
        return nil
    }

    /// A web page, or its beginning.
    private struct Page {
        let url: WebURL
        let contentType: String?
        private(set) var content: [UInt8] = []

        mutating func add(_ bytes: [UInt8], limit: Int) {
            content += bytes.prefix(max(0, limit - content.count))
        }
    }
}

/// A feed and the page that named it.
struct FoundFeed: Sendable, Codable {
    let feed: WebURL
    let page: WebURL
}

/// A page names no feed, or none that can be read.
struct NoFeedFound: PermanentFailure, CustomStringConvertible {
    let page: WebURL
    let cause: (any Error)?

    var description: String {
        guard let cause else { return "\(page): this is an HTML page, and it names no feed" }
        return "\(page): this is an HTML page; the feed that it names cannot be read: \(cause)"
    }
}

/// A document broke off on its way; the next attempt may bring the rest.
struct Interrupted: Error, CustomStringConvertible {
    let place: String
    let cause: FetchError

    var description: String { "\(place): \(cause)" }
}

extension Error {
    /// Whether the address has no feed now, which another look at the page may mend.
    fileprivate var saysThatNoFeedIsThere: Bool {
        (self as? GivenUp)?.isAbsence == true || self is NotAFeed
    }
}
