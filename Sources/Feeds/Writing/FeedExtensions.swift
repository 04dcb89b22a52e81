import Notation
import Records

/// What namespaces add to an item, in the feeds that are written.
enum FeedExtensions {
    /// Prefixes of what is said elsewhere, or has a meaning in the document alone that it stood in.
    private static let own: Set<String> = [
        "feedspine", "other", "atom", "content", "rdf", "xhtml", "xml", "feedburner"
    ]

    /// Whether a prefix is that of a namespace, which is a name.
    static func isCarried(_ prefix: String) -> Bool {
        !own.contains(prefix) && isName(prefix) && !prefix.utf8.contains(UInt8(ascii: "."))
            && prefix.utf8.first != UInt8(ascii: "_")
    }

    /// The value with its texts as every format can carry them.
    static func carried(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(CarriedText.of(text))
        case .array(let values): .array(values.map(carried))
        case .object(let object):
            .object(JSONObject(object.members.map { (CarriedText.of($0.name), carried($0.value)) }))
        default: value
        }
    }

    /// Addresses of the files that elements of Media RSS name.
    static func media(of item: WrittenItem) -> Set<[UInt8]> {
        var urls: Set<[UInt8]> = []
        let content = item.extensions["media"]?["content"]
        for element in content?.array ?? content.map({ [$0] }) ?? [] {
            if let url = element["url"]?.string { urls.insert(Array(url.utf8)) }
        }
        return urls
    }

    /// Members of elements that are elements themselves where they are plain text; all others are attributes.
    private static let elements: [String: Set<String>] = [
        "media": [
            "title", "description", "keywords", "copyright", "rating", "credit", "category", "hash",
            "restriction",
            "community", "comments", "tags"
        ],
        "itunes": ["name", "email"], "geo": ["lat", "long"], "gml": ["pos", "posList"]
    ]

    /// Elements that the writer makes of an item's own fields.
    private static let written: [String: Set<String>] = ["slash": ["comments"], "thr": ["total"]]

    /// Writes the elements of an item whose namespaces are known.
    static func write(_ item: WrittenItem, to xml: inout XMLWriter) {
        for (prefix, value) in item.extensions where Namespaces.isWritten(prefix) {
            for (name, value) in value.object?.members ?? [] {
                if item.comments != nil, written[prefix]?.contains(name.asciiLowercased) == true { continue }
                write(prefix, name, value, to: &xml)
            }
        }
    }

    private static func write(_ prefix: String, _ name: String, _ value: JSON, to xml: inout XMLWriter) {
        if let values = value.array {
            for value in values { write(prefix, name, value, to: &xml) }
            return
        }
        guard let name = qualified(name, in: prefix) else { return }
        guard let object = value.object else {
            if let text = text(value) { xml.element(name.whole, text) }
            return
        }
        var attributes: [(String, String)] = []
        var children: [(String, JSON)] = []
        for (member, value) in object where member != "text" {
            if let text = text(value), isAttribute(member, of: name.prefix) {
                attributes.append((member, text))
            } else {
                children.append((member, value))
            }
        }
        let text = object["text"].flatMap(text)
        if children.isEmpty { return xml.element(name.whole, text, attributes) }
        xml.begin(name.whole, attributes)
        if let text { xml.text(text) }
        for (child, value) in children { write(name.prefix, child, value, to: &xml) }
        xml.end(name.whole)
    }

    private static func text(_ value: JSON) -> String? {
        if let text = value.string { return text }
        return value.isNull || value.array != nil || value.object != nil ? nil : value.text
    }

    private static func isAttribute(_ name: String, of prefix: String) -> Bool {
        if name.hasPrefix("xml:") { return name == "xml:lang" }
        return isName(name) && elements[prefix]?.contains(name.asciiLowercased) != true
    }

    /// The name of an element or of one in it, which may have another prefix; nil for what cannot be written.
    private static func qualified(_ name: String, in prefix: String) -> (prefix: String, whole: String)? {
        guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return isName(name) ? (prefix, "\(prefix):\(name)") : nil
        }
        let other = String(name[..<colon])
        let local = String(name[name.utf8.index(after: colon)...])
        return Namespaces.isWritten(other) && isName(local) ? (other, name) : nil
    }

    /// Whether a text is an XML name without a prefix, of ASCII characters.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isLetter || first == UInt8(ascii: "_") else { return false }
        return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || "_-.".utf8.contains($0) }
    }
}

extension Namespaces {
    /// The namespaces that are written, spelled as those who made them have it: what reads them compares byte for byte.
    private static let written: [String: String] = [
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "creativecommons": "http://backend.userland.com/creativeCommonsRssModule",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "georss": "http://www.georss.org/georss",
        "gml": "http://www.opengis.net/gml",
        "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "podcast": "https://podcastindex.org/namespace/1.0",
        "psc": "http://podlove.org/simple-chapters",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "thr": "http://purl.org/syndication/thread/1.0",
        "trackback": "http://madskills.com/public/xml/rss/module/trackback/",
        "wfw": "http://wellformedweb.org/CommentAPI/",
        "yt": "http://www.youtube.com/xml/schemas/2015"
    ]

    /// Whether elements with the prefix can be written.
    static func isWritten(_ prefix: String) -> Bool { written[prefix] != nil }

    /// The namespace to declare for a prefix that is written.
    static func declared(for prefix: String) -> String? { written[prefix] }
}
