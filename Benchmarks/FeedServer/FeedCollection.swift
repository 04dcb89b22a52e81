import NIOCore

/// The feeds that are served, the same for the same count in every run.
///
/// A few templates are written once; a feed is a copy of one with its own number in every address, id and title.
struct FeedCollection: Sendable {
    let count: Int
    private let hosts: Int
    private let templates: [FeedTemplate]

    init(count: Int, hosts: Int) {
        self.count = count
        self.hosts = hosts
        templates = (0..<64).map { FeedTemplate(seed: $0) }
    }

    /// The feed under a path, if there is one.
    func feed(at path: some StringProtocol) -> FeedNumber? {
        guard path.hasPrefix("/feeds/"), path.hasSuffix(".xml"),
            let number = FeedNumber(Substring(path.dropFirst(7).dropLast(4))), number.value < count
        else { return nil }
        return number
    }

    func body(_ feed: FeedNumber) -> ByteBuffer {
        templates[feed.value % templates.count].filled(with: feed)
    }

    func etag(_ feed: FeedNumber) -> String { "\"\(feed.text)-1\"" }

    /// A different second of one day for each feed.
    func lastModified(_ feed: FeedNumber) -> String {
        let parts = [feed.value / 3600, feed.value / 60 % 60, feed.value % 60]
        return "Mon, 03 Nov 2025 \(parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")) GMT"
    }

    /// The addresses of all feeds, spread over the hosts in turn.
    func opml(port: Int) -> String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <opml version="2.0"><head><title>Feeds</title></head><body>

            """
        for value in 0..<count {
            let feed = FeedNumber(value).text
            let address = "http://\(LoopbackHost.name(value % hosts)):\(port)/feeds/\(feed).xml"
            text += "<outline type=\"rss\" text=\"Feed \(feed)\" xmlUrl=\"\(address)\"/>\n"
        }
        return text + "</body></opml>\n"
    }
}
