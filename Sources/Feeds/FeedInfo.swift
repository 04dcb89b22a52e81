package import Notation
import Records

/// What a feed says of itself, as far as polling and people need it.
package struct FeedInfo: Sendable, Equatable {
    package var title: String?
    /// The feed's own address, as it gives it.
    package var url: String?
    /// The page that the feed is about.
    package var home: String?
    package var format = FeedFormat.unknown
    package var language: String?
    package var updated: Timestamp?
    /// How long the feed may be kept, in minutes (RSS `ttl`).
    package var minutesToLive: Int?
    /// Hours of the day in UTC at which the feed does not change (RSS `skipHours`).
    package var skipHours: Set<Int> = []
    /// Days of the week on which it does not change, in English and lower case (RSS `skipDays`).
    package var skipDays: Set<String> = []
    /// Where the feed has moved for good.
    package var newLocation: String?
    /// The charset that the document was read in.
    package var charset: String?

    package init() {}
}

extension FeedInfo {
    init(_ feed: FeedResource, format: FeedFormat, charset: String?) {
        self.init()
        title = feed.title.map { Self.title($0.value, isMarkup: $0.isMarkup) }
        url = feed.links.first { $0.rel == "self" }?.href
        home = feed.link
        self.format = format
        language = feed.language
        updated = (feed.updated ?? feed.published).flatMap(FeedDate.parse)
        minutesToLive = feed.extensions.first("", "ttl").flatMap { Int($0.text) }
        let hours = feed.extensions.first("", "skiphours")?.children ?? []
        skipHours = Set(hours.compactMap { Int($0.text) }.filter { (0...24).contains($0) }.map { $0 % 24 })
        let days = feed.extensions.first("", "skipdays")?.children ?? []
        skipDays = Set(days.map(\.text.asciiLowercased))
        let redirect = feed.extensions.first("", "redirect")?.children ?? feed.extensions
        newLocation =
            feed.extensions.first("itunes", "new-feed-url")?.text ?? redirect.first("", "newlocation")?.text
        self.charset = charset
    }
}

extension FeedInfo {
    fileprivate static func title(_ text: String, isMarkup: Bool) -> String {
        isMarkup ? HTMLText.plain(text) : HTMLText.singleLine(text)
    }
}

/// What the items of a feed repeat of it; see ``FeedLimits/repeatedSize``.
extension ResourceDraft {
    var reference: FeedReference {
        var title: String?
        if let own = self.title {
            let whole = FeedInfo.title(texts.string(own.value), isMarkup: own.type.isMarkup)
            title = Self.cut(whole, to: FeedLimits.repeatedSize)
        }
        return FeedReference(title: title, url: repeated(ownAddress), home: repeated(link))
    }

    /// A text that means nothing unless it is whole.
    @inline(__always) func repeated(_ text: StoredText?) -> String? {
        guard let text, text.count <= FeedLimits.repeatedSize else { return nil }
        return texts.string(text)
    }

    private static func cut(_ text: String, to size: Int) -> String {
        guard text.utf8.count > size else { return text }
        var shorter = OutputBuffer(reserving: text.utf8.count)
        shorter.append(text)
        shorter.truncate(toCharactersWithin: size)
        return String(valid: shorter.bytes)
    }
}
