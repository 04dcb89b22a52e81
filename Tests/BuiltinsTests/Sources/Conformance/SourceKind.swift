import Records

/// The sources that the conformance suite runs over: each component of the catalogue in every way that it reads, and
/// the simplest one that keeps the promise.
enum SourceKind: String, CaseIterable, Sendable {
    case feed, feedFile, feedList
    case newPosts, hotPosts, postsFile
    case timeline, timelineFile
    case newStories, topStories
    case pages, lines, program, generated, fake

    /// The component's name in the catalogue; nil for what is none.
    var component: String? {
        switch self {
        case .feed, .feedFile, .feedList: "rss"
        case .newPosts, .hotPosts, .postsFile: "reddit"
        case .timeline, .timelineFile: "mastodon"
        case .newStories, .topStories: "hackernews"
        case .pages: "http_json"
        case .lines: "jsonl"
        case .program: "exec"
        case .generated: "generate"
        case .fake: nil
        }
    }

    /// Whether it shows what is there now, and so all of it again when it is read again; dedup is for those.
    var showsAllAgain: Bool {
        switch self {
        case .feedFile, .hotPosts, .postsFile, .timelineFile, .topStories: true
        default: false
        }
    }

    /// Whether its records come in one order; those of a list's feeds come as they arrive.
    var isOrdered: Bool { self != .feedList }

    /// Whether a reading can fail half way and go on later: a document in a file is another one when it is mended.
    var canBreakOff: Bool { self != .feedFile && self != .generated }

    /// Whether it can be kept waiting by something that never comes.
    var canHang: Bool { servesRequests || self == .fake }

    /// Whether it asks a server.
    var servesRequests: Bool {
        switch self {
        case .feedFile, .postsFile, .timelineFile, .lines, .program, .generated, .fake: false
        default: true
        }
    }

    /// The source as it stands in a spec; nil for what is no component.
    func spec(at address: String) -> String? {
        switch self {
        case .feed: "rss: '\(address)/feed'"
        case .feedFile: "rss: feed.xml"
        case .feedList: "rss: { opml: '\(address)/list', max_concurrent_feeds: 1 }"
        case .newPosts: "reddit: { subreddit: x, limit: 5, api: '\(address)' }"
        case .hotPosts: "reddit: { subreddit: x, sort: hot, limit: 5, api: '\(address)' }"
        case .postsFile: "reddit: { file: posts.json }"
        case .timeline: "mastodon: { instance: '\(address)' }"
        case .timelineFile: "mastodon: { file: timeline.json }"
        case .newStories: "hackernews: { stories: new, api: '\(address)' }"
        case .topStories: "hackernews: { stories: top, api: '\(address)' }"
        case .pages: "http_json: { url: '\(address)/items', items: items, next: { cursor: next } }"
        case .lines: "jsonl: items/*.jsonl"
        case .program: "exec: [/bin/sh, program.sh]"
        case .generated: "generate: 5"
        case .fake: nil
        }
    }
}
