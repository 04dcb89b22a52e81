/// Writes a feed of one shape.
struct FeedWriter {
    private let shape: FeedShape
    private var prose: Prose
    private var number = 0

    /// A document of at least so many bytes; the same for the same shape and size.
    static func document(_ shape: FeedShape, size: Int) -> [UInt8] {
        var writer = FeedWriter(shape: shape)
        var bytes = Array(shape.head.utf8)
        bytes.reserveCapacity(size + 1 << 16)
        while bytes.count < size { bytes += writer.item().utf8 }
        return bytes + shape.tail.utf8
    }

    private init(shape: FeedShape) {
        self.shape = shape
        prose = Prose(seed: 1, foreign: shape == .foreign)
    }

    private mutating func item() -> String {
        number += 1
        switch shape {
        case .headlines: return headline()
        case .escaped: return escaped()
        case .articles: return article()
        case .podcast: return episode()
        case .rdf: return rdfItem()
        case .atom: return entry()
        case .foreign: return foreign()
        }
    }

    // MARK: Parts

    private var address: String { "https://example.com/2026/11/\(number)-story.html" }

    private var date: String {
        let minute = number / 60
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][minute / 1440 % 28 % 7]
        return "\(weekday), \(two(minute / 1440 % 28 + 1)) Nov 2026 \(time) GMT"
    }

    private var isoDate: String { "2026-11-\(two(number / 86_400 % 28 + 1))T\(time)Z" }

    private var time: String { "\(two(number / 3600 % 24)):\(two(number / 60 % 60)):\(two(number % 60))" }

    private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private mutating func categories(_ count: Int) -> String {
        (0..<count).map { _ in "<category>\(prose.phrase(1..<3).escaped)</category>" }.joined()
    }

    private mutating func title() -> String {
        let title = prose.sentence().dropLast()
        return number % 7 == 0 ? "\(title) &amp; more" : "\(title)"
    }

    // MARK: Items

    private mutating func headline() -> String {
        """
            <item>
              <title>\(title())</title>
              <link>\(address)</link>
              <guid isPermaLink="true">\(address)</guid>
              <pubDate>\(date)</pubDate>
              <description>\(prose.sentences(1..<3))</description>
            </item>

        """
    }

    private mutating func escaped() -> String {
        """
            <item>
              <title>\(title())</title>
              <link>\(address)?utm_source=rss&amp;utm_medium=feed</link>
              <guid isPermaLink="false">https://example.com/?p=\(number)</guid>
              <pubDate>\(date)</pubDate>
              <dc:creator>\(prose.phrase(2..<3))</dc:creator>
              \(categories(2))
              <description>\("<p>\(prose.sentences(2..<4))</p>".escaped)</description>
              <media:thumbnail url="https://example.com/images/\(number).jpg" width="240" height="135"/>
            </item>

        """
    }

    private mutating func article() -> String {
        """
            <item>
              <title>\(title())</title>
              <link>\(address)</link>
              <comments>\(address)#respond</comments>
              <dc:creator><![CDATA[\(prose.phrase(2..<3))]]></dc:creator>
              <pubDate>\(date)</pubDate>
              \(categories(3))
              <guid isPermaLink="false">https://example.com/?p=\(number)</guid>
              <description><![CDATA[\(prose.sentences(2..<4)) [&#8230;]]]></description>
              <content:encoded><![CDATA[\(prose.paragraphs(4..<8))]]></content:encoded>
              <slash:comments>\(number % 50)</slash:comments>
            </item>

        """
    }

    private mutating func episode() -> String {
        """
            <item>
              <title>\(title())</title>
              <itunes:title>\(title())</itunes:title>
              <link>\(address)</link>
              <guid isPermaLink="false">episode-\(number)</guid>
              <pubDate>\(date)</pubDate>
              <itunes:author>\(prose.phrase(2..<3))</itunes:author>
              <description>\(prose.paragraphs(1..<3).escaped)</description>
              <itunes:summary>\(prose.sentences(1..<3))</itunes:summary>
              <enclosure url="https://media.example.com/\(number).mp3" length="\(number * 997)" type="audio/mpeg"/>
              <itunes:image href="https://example.com/images/\(number).jpg"/>
              <itunes:duration>\(number % 7200)</itunes:duration>
              <itunes:explicit>false</itunes:explicit>
              <itunes:episode>\(number)</itunes:episode>
              <itunes:episodeType>full</itunes:episodeType>
            </item>

        """
    }

    private mutating func rdfItem() -> String {
        """
        <item rdf:about="\(address)">
        <title>\(title())</title>
        <link>\(address)</link>
        <description>\(prose.sentences(2..<4))</description>
        <dc:creator>\(prose.phrase(2..<3))</dc:creator>
        <dc:subject>\(prose.word())</dc:subject>
        <dc:date>\(isoDate)</dc:date>
        </item>

        """
    }

    private mutating func entry() -> String {
        """
          <entry>
            <title type="html">\(title())</title>
            <link rel="alternate" type="text/html" href="\(address)"/>
            <id>tag:example.com,2026:\(number)</id>
            <published>\(isoDate)</published>
            <updated>\(isoDate)</updated>
            <author><name>\(prose.phrase(2..<3))</name><uri>https://example.com/authors/\(number % 40)</uri></author>
            <category term="\(prose.word())"/>
            <category term="\(prose.word())" label="\(prose.phrase(1..<3))"/>
            <summary>\(prose.sentence())</summary>
            <content type="html">\(prose.paragraphs(1..<4).escaped)</content>
          </entry>

        """
    }

    private mutating func foreign() -> String {
        """
            <item>
              <title>\(title())</title>
              <link>\(address)</link>
              <guid isPermaLink="true">\(address)</guid>
              <pubDate>\(date)</pubDate>
              <category>\(prose.word())</category>
              <description><![CDATA[<p>\(prose.sentences(3..<6))</p>]]></description>
            </item>

        """
    }
}
