import Feeds
import Fetching
import Foundation
import Notation

/// Which timeline, and where.
struct MastodonTimeline: Sendable {
    /// The most that Mastodon gives at once.
    static let pageSize = 40
    /// Pages that are read in one run; the next one goes on from there.
    static let mostPages = 10_000

    let instance: WebURL
    let tag: String?
    let account: String?
    let isLocal: Bool
    let withBoosts: Bool

    /// Tells one timeline from another.
    var name: String {
        "\(instance.origin) \(tag.map { "#\($0)" } ?? account ?? "public") \(isLocal) \(withBoosts)"
    }

    /// Where the number of the account can be asked for, when it is not given.
    var lookup: WebURL? {
        guard let account, !account.allSatisfy(\.isNumber) else { return nil }
        let name = account.hasPrefix("@") ? String(account.dropFirst()) : account
        return instance.resolving("/api/v1/accounts/lookup")?.appending(query: [("acct", name)])
    }

    /// - Parameter account: the number of the account, when it was looked up.
    func url(account number: String?) throws -> WebURL {
        var path = "/api/v1/timelines/public"
        var query: [(name: String, value: String)] = isLocal ? [("local", "true")] : []
        if let tag {
            path =
                "/api/v1/timelines/tag/"
                + MastodonTimeline.escaped(tag.hasPrefix("#") ? String(tag.dropFirst()) : tag)
        } else if let number = number ?? account {
            path = "/api/v1/accounts/\(MastodonTimeline.escaped(number))/statuses"
            query = withBoosts ? [] : [("exclude_reblogs", "true")]
        }
        guard let url = instance.resolving(path) else { throw FetchError.invalidURL(path) }
        return url.appending(query: query)
    }

    var feed: FeedReference {
        let title = tag.map { "#\($0)" } ?? account ?? "public timeline"
        let page =
            tag.map { "/tags/" + MastodonTimeline.escaped($0) } ?? account.map { "/@\($0)" } ?? "/public"
        return FeedReference(
            title: "\(title) at \(instance.host)", url: nil, home: instance.resolving(page)?.string)
    }

    private static func escaped(_ text: String) -> String {
        PercentEncoding.encode(text.utf8) { $0 == UInt8(ascii: "@") || PercentEncoding.isUnreserved($0) }
    }
}
