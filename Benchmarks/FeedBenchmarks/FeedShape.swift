/// The kinds of feeds that are measured: what an item holds, and how.
enum FeedShape: String, CaseIterable {
    /// RSS as newspapers have it: a title, a link, one sentence.
    case headlines
    /// RSS with an escaped description, categories and a thumbnail.
    case escaped
    /// RSS as blogs have it: the whole article in CDATA beside its summary.
    case articles
    /// RSS of a podcast: an enclosure and many elements of other namespaces.
    case podcast
    /// RSS 1.0, which is RDF.
    case rdf
    /// Atom with escaped HTML and an author of several elements.
    case atom
    /// RSS whose text is mostly not ASCII.
    case foreign

    var head: String {
        switch self {
        case .atom:
            """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
              <title>Measured</title>
              <link href="https://example.com/"/>
              <link rel="self" href="https://example.com/feed.atom"/>
              <id>tag:example.com,2026:feed</id>
              <updated>2026-11-21T10:00:00Z</updated>

            """
        case .rdf:
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" \
            xmlns:dc="http://purl.org/dc/elements/1.1/">
            <channel rdf:about="https://example.com/"><title>Measured</title><link>https://example.com/</link></channel>

            """
        default:
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
            xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" \
            xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" \
            xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
            <channel>
              <title>Measured</title>
              <link>https://example.com/</link>
              <atom:link href="https://example.com/feed.xml" rel="self" type="application/rss+xml"/>
              <language>en-gb</language>

            """
        }
    }

    var tail: String {
        switch self {
        case .atom: "</feed>\n"
        case .rdf: "</rdf:RDF>\n"
        default: "</channel>\n</rss>\n"
        }
    }
}
