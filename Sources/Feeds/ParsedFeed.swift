/// A whole document with everything that it says, for tools and tests; ``FeedParser`` is for streams.
package struct ParsedFeed: Sendable {
    package let feed: FeedResource
    package let entries: [FeedResource]
    package let format: FeedFormat
    package let info: FeedInfo
    package let problems: [FeedProblem]
    package let failure: FeedFailure?

    package init(_ bytes: [UInt8], context: FeedParser.Context = .init()) {
        var document = FeedDocument(context: context)
        var entries: [FeedResource] = []
        bytes.withUnsafeBufferPointer { document.push($0) }
        while document.advance() { entries.append(document.withEntry { FeedResource($0) }) }
        document.finish()
        while document.advance() { entries.append(document.withEntry { FeedResource($0) }) }
        feed = document.feed
        format = document.format
        info = document.info(url: nil)
        problems = document.problems(skipped: false)
        failure = document.failure
        self.entries = entries
    }
}
