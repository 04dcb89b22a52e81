/// Writes feeds like those of blogs and news sites: markup in CDATA, references, names with accents.
struct FeedWriter {
    private var generator: SplitMix64
    /// Stands where what belongs to one feed is told from the next.
    private let number: String

    init(seed: UInt64, number: String) {
        generator = SplitMix64(state: seed)
        self.number = number
    }

    mutating func feed(items: Int) -> String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <channel>
              <title>\(sentence(3)) \(number)</title>
              <link>https://site-\(number).example/</link>
              <atom:link href="https://site-\(number).example/feed.xml" rel="self" type="application/rss+xml"/>
              <description>\(sentence(9)).</description>
              <language>en-gb</language>
              <lastBuildDate>Mon, 03 Nov 2025 06:00:00 GMT</lastBuildDate>

            """
        for item in 0..<items { text += self.item(item) }
        return text + "</channel>\n</rss>\n"
    }

    private mutating func item(_ item: Int) -> String {
        let day = 28 - item
        let title = sentence(7)
        return """
              <item>
                <title>\(title) &amp; \(word()), \(number)-\(item)</title>
                <link>https://site-\(number).example/2025/10/\(day)/story-\(item)/</link>
                <guid isPermaLink="false">tag:site-\(number).example,2025:\(item)</guid>
                <pubDate>\(date(day))</pubDate>
                <dc:creator><![CDATA[\(Self.names.randomElement(using: &generator) ?? "")]]></dc:creator>
                <category>\(word())</category>
                <category><![CDATA[\(word())]]></category>
                <description><![CDATA[<p>\(sentence(18)).</p> <p>\(sentence(9)): \
            <a href="https://site-\(number).example/2025/10/\(day)/story-\(item)/">\(sentence(3))</a>.</p>]]>\
            </description>
              </item>

            """
    }

    private mutating func date(_ day: Int) -> String {
        let weekday = ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"][day % 7]
        let hour = Int.random(in: 10...23, using: &generator)
        let minute = Int.random(in: 10...59, using: &generator)
        return "\(weekday), \(day) Oct 2025 \(hour):\(minute):00 +0000"
    }

    private mutating func sentence(_ words: Int) -> String {
        let text = (0..<words).map { _ in word() }.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private mutating func word() -> String { Self.words.randomElement(using: &generator) ?? "" }

    private static let names = ["Zoë Müller", "J. Okafor", "María José Núñez", "Łukasz Nowak", "R. Tanaka"]

    private static let words = """
        a after again agency all an and announces as at battery behind between bridge café carries change city coast \
        company compiler court data day decade delays early election energy engine enough ever factory feed few first \
        for from gain garden government grows has harbour history how in its keeps language large late library light \
        long market measures memory minister more near new northern of offers old on once open over paper plan point \
        power questions rail reader records report river rules satellite school search second service small stream \
        study summer system team than that the their there through today tool trade under until version voters water \
        when winter with without world year
        """.split(separator: " ").map(String.init)
}

/// Random numbers that are the same in every run (Steele, Lea and Flood's SplitMix64).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
