/// The formats that are told apart.
package enum FeedFormat: String, Sendable {
    case rss090, rss091n, rss091u, rss092, rss093, rss094, rss10, rss20, rss
    case atom01, atom02, atom03, atom10, atom
    case json1, json11
    case unknown = ""

    /// Whether texts have declared types, so that nothing has to be guessed.
    package var declaresTextTypes: Bool {
        switch self {
        case .atom01, .atom02, .atom03, .atom10, .atom: true
        default: false
        }
    }
}
