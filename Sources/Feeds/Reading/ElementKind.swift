/// What an element means, whatever it is called in its format.
enum ElementKind: UInt8 {
    // Structure
    case rss, rdf, feed, channel, entry, source, image, textInput
    /// Groups others without meaning of its own.
    case group
    // Texts
    case title, mediaTitle, subtitle, summary, description, abstract, info, rights
    case content, encodedContent, body
    // People
    case author, contributor, publisher, owner, contributorName, name, email, url
    // Values
    case id, link, enclosure, category, tagList, itunesTagList, published, updated, created, expired, language
    case generator, generatorAgent, width, height, itunesImage, license, licenseResource
    /// Everything else is kept as it is.
    case other

    /// Whether the element holds a text whose type and language matter.
    var isText: Bool { rawValue >= ElementKind.title.rawValue && rawValue <= ElementKind.body.rawValue }

    /// Whether text directly in the element means nothing, so that it need not be gathered.
    var holdsOnlyElements: Bool {
        switch self {
        case .rss, .rdf, .feed, .channel, .entry, .group: true
        default: false
        }
    }

    /// Kinds that mean something only inside a person, an image or a text input.
    var isPart: Bool {
        switch self {
        case .name, .email, .url, .width, .height: true
        default: false
        }
    }
}

extension ElementKind {
    /// The kind of an element, by the usual prefix of its namespace and its local name in lower case.
    static func of(prefix: String, name: String) -> ElementKind {
        table[prefix.isEmpty ? name : "\(prefix):\(name)"] ?? .other
    }

    private static let table: [String: ElementKind] = [
        "rss": .rss, "rdf:rdf": .rdf, "feed": .feed, "channel": .channel, "item": .entry, "entry": .entry,
        "source": .source, "image": .image, "textinput": .textInput, "media:group": .group,

        "title": .title, "dc:title": .title, "media:title": .mediaTitle,
        "subtitle": .subtitle, "tagline": .subtitle, "itunes:subtitle": .subtitle,
        "summary": .summary, "itunes:summary": .summary,
        "description": .description, "dc:description": .description, "media:description": .description,
        "abstract": .abstract, "info": .info, "feedburner:browserfriendly": .info,
        "rights": .rights, "copyright": .rights, "dc:rights": .rights,
        "content": .content, "content:encoded": .encodedContent, "fullitem": .encodedContent,
        "body": .body, "xhtml:body": .body,

        "author": .author, "managingeditor": .author, "dc:creator": .author, "dc:author": .author,
        "itunes:author": .author, "contributor": .contributor, "dc:contributor": .contributorName,
        "webmaster": .publisher, "dc:publisher": .publisher, "itunes:owner": .owner,
        "name": .name, "itunes:name": .name, "email": .email, "itunes:email": .email,
        "url": .url, "uri": .url, "homepage": .url,

        "guid": .id, "id": .id, "link": .link, "enclosure": .enclosure,
        "category": .category, "keywords": .category, "dc:subject": .category, "itunes:category": .category,
        "media:category": .category, "tags": .tagList, "itunes:keywords": .itunesTagList,
        "media:keywords": .tagList,
        "pubdate": .published, "published": .published, "issued": .published, "dcterms:issued": .published,
        "updated": .updated, "modified": .updated, "lastbuilddate": .updated, "dc:date": .updated,
        "dcterms:modified": .updated, "created": .created, "dcterms:created": .created,
        "expirationdate": .expired, "language": .language, "dc:language": .language,
        "generator": .generator, "admin:generatoragent": .generatorAgent, "width": .width, "height": .height,
        "itunes:image": .itunesImage, "itunes:link": .itunesImage,
        "creativecommons:license": .license, "cc:license": .licenseResource
    ]
}
