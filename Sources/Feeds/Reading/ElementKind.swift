/// What an element means, whatever it is called in its format.
enum ElementKind: UInt8 {
    // Structure
    case rss, rdf, feed, channel, entry, source, image, textInput
    /// Groups others without meaning of its own.
    case group
    // Texts
    case title, extensionTitle, subtitle, summary, description, extensionSummary, caption, abstract, info,
        rights
    case content, encodedContent, body
    // People
    case author, contributor, publisher, owner, contributorName, name, email, url
    // Values
    case id, link, enclosure, category, tagList, itunesTagList, published, updated, created, expired, language
    case extensionPublished, extensionUpdated
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

    /// The outermost elements of feeds, and the channel.
    var isRoot: Bool {
        switch self {
        case .rss, .rdf, .feed, .channel: true
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

        "title": .title, "dc:title": .extensionTitle, "media:title": .extensionTitle,
        "subtitle": .subtitle, "tagline": .subtitle, "itunes:subtitle": .subtitle,
        "summary": .summary, "itunes:summary": .extensionSummary,
        "description": .description, "dc:description": .extensionSummary, "media:description": .caption,
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
        "pubdate": .published, "published": .published, "issued": .published,
        "dcterms:issued": .extensionPublished,
        "updated": .updated, "modified": .updated, "lastbuilddate": .updated, "dc:date": .extensionUpdated,
        "dcterms:modified": .extensionUpdated, "created": .created, "dcterms:created": .created,
        "expirationdate": .expired, "language": .language, "dc:language": .language,
        "generator": .generator, "admin:generatoragent": .generatorAgent, "width": .width, "height": .height,
        "itunes:image": .itunesImage, "itunes:link": .itunesImage,
        "creativecommons:license": .license, "cc:license": .licenseResource
    ]
}
