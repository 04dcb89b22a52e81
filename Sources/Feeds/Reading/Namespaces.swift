/// The namespaces that feeds use, by the prefix that everybody knows them by.
enum Namespaces {
    static let svg = "http://www.w3.org/2000/svg"
    static let mathML = "http://www.w3.org/1998/math/mathml"

    /// The usual prefix of a namespace: empty for the formats' own, nil for one that is not known.
    static func prefix(for uri: String) -> String? {
        let uri = uri.asciiLowercased.trimmed
        if let prefix = table[uri] { return prefix }
        if uri.hasPrefix("http://backend.userland.com/rss") { return "" }
        // The same namespace with https, or without its last slash.
        if uri.hasPrefix("https:") { return prefix(for: "http:" + uri.dropFirst(6)) }
        return uri.hasSuffix("/") ? table[String(uri.dropLast())] : table[uri + "/"]
    }

    private static let table: [String: String] = {
        var table: [String: String] = [:]
        for uri in formats { table[uri] = "" }
        for (prefix, uris) in extensions {
            for uri in uris { table[uri] = prefix }
        }
        return table
    }()

    private static let formats = [
        "http://blogs.law.harvard.edu/tech/rss", "http://purl.org/rss/1.0/", "http://purl.org/net/rss1.1#",
        "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/",
        "http://example.com/newformat#", "http://example.com/necho", "http://purl.org/echo/",
        "uri/of/echo/namespace#", "http://purl.org/pie/", "http://purl.org/atom/ns#",
        "http://www.w3.org/2005/atom", "http://purl.org/rss/1.0/modules/rss091#"
    ]

    private static let extensions: [(String, [String])] = [
        ("admin", ["http://webns.net/mvcb/"]),
        ("app", ["http://www.w3.org/2007/app"]),
        ("atom", []),
        ("cc", ["http://creativecommons.org/ns#license", "http://web.resource.org/cc/"]),
        ("content", ["http://purl.org/rss/1.0/modules/content/"]),
        (
            "creativecommons",
            [
                "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html",
                "http://backend.userland.com/creativecommonsrssmodule"
            ]
        ),
        ("dc", ["http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.0/"]),
        ("dcterms", ["http://purl.org/dc/terms/"]),
        ("feedburner", ["http://rssnamespace.org/feedburner/ext/1.0"]),
        ("foaf", ["http://xmlns.com/foaf/0.1/"]),
        ("geo", ["http://www.w3.org/2003/01/geo/wgs84_pos#"]),
        ("georss", ["http://www.georss.org/georss"]),
        ("gml", ["http://www.opengis.net/gml"]),
        ("googleplay", ["http://www.google.com/schemas/play-podcasts/1.0"]),
        ("itunes", ["http://www.itunes.com/dtds/podcast-1.0.dtd", "http://example.com/dtds/podcast-1.0.dtd"]),
        ("media", ["http://search.yahoo.com/mrss"]),
        ("podcast", ["http://podcastindex.org/namespace/1.0"]),
        ("psc", ["http://podlove.org/simple-chapters"]),
        ("rdf", ["http://www.w3.org/1999/02/22-rdf-syntax-ns#"]),
        ("slash", ["http://purl.org/rss/1.0/modules/slash/"]),
        ("sy", ["http://purl.org/rss/1.0/modules/syndication/"]),
        ("thr", ["http://purl.org/syndication/thread/1.0", "http://purl.org/rss/1.0/modules/threading/"]),
        ("trackback", ["http://madskills.com/public/xml/rss/module/trackback/"]),
        ("wfw", ["http://wellformedweb.org/commentapi/"]),
        ("xhtml", ["http://www.w3.org/1999/xhtml"]),
        ("xlink", ["http://www.w3.org/1999/xlink"]),
        ("xml", ["http://www.w3.org/xml/1998/namespace"]),
        ("yt", ["http://www.youtube.com/xml/schemas/2015"])
    ]
}
