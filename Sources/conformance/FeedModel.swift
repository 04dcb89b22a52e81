import Feeds
import Notation
import Records

/// A parsed document in the shape of feedparser's result.
struct FeedModel {
    let root: JSON

    init(_ parsed: ParsedFeed, headers: JSONObject) {
        var root = JSONObject()
        root["bozo"] = .bool(!parsed.problems.isEmpty || parsed.failure != nil)
        root["version"] = .string(parsed.format.rawValue)
        root["encoding"] = parsed.info.charset.map(JSON.string)
        root["feed"] = .object(ResourceModel(parsed.feed, isFeed: true).members)
        root["entries"] = .array(parsed.entries.map { .object(ResourceModel($0, isFeed: false).members) })
        root["headers"] = .object(headers)
        root["etag"] = headers["etag"]
        root["modified"] = headers["last-modified"]
        root["modified_parsed"] = headers["last-modified"]?.string.flatMap(FeedDate.parse).map {
            .string($0.rfc3339)
        }
        self.root = .object(root)
    }
}

/// A feed, entry or source.
struct ResourceModel {
    private let resource: FeedResource
    private(set) var members = JSONObject()

    init(_ resource: FeedResource, isFeed: Bool) {
        self.resource = resource
        addExtensions()
        addTexts(isFeed: isFeed)
        addPeople()
        addLinks()
        addDates()
        addParts()
    }

    // MARK: Texts

    private mutating func addTexts(isFeed: Bool) {
        add("title", resource.title)
        add("subtitle", resource.subtitle)
        add("info", resource.info)
        add("rights", resource.rights)
        add("summary", resource.summary)
        if isFeed, resource.subtitle == nil { add("subtitle", resource.summary) }
        if !resource.content.isEmpty { members["content"] = .array(resource.content.map(Self.detail)) }
        if resource.summary == nil, let content = resource.content.first,
            content.isMarkup || content.type == FeedText.plain
        {
            members["summary"] = .string(Self.safe(content))
        }
    }

    private mutating func add(_ name: String, _ text: FeedText?) {
        guard let text else { return }
        members[name] = .string(Self.safe(text))
        members[name + "_detail"] = Self.detail(text)
    }

    private static func detail(_ text: FeedText) -> JSON {
        var detail = JSONObject()
        detail["value"] = .string(safe(text))
        detail["type"] = .string(text.type)
        detail["language"] = text.language.map(JSON.string)
        detail["base"] = text.base.map(JSON.string)
        detail["src"] = text.location.map(JSON.string)
        return .object(detail)
    }

    private static func safe(_ text: FeedText) -> String {
        text.isMarkup ? HTMLSanitizer.safe(text.value, base: text.base) : text.value
    }

    // MARK: People

    private mutating func addPeople() {
        if !resource.authors.isEmpty { members["authors"] = .array(resource.authors.map(Self.person)) }
        members["author"] = resource.authors.last?.text.map(JSON.string)
        members["author_detail"] = resource.authors.last.map(Self.person)
        if !resource.contributors.isEmpty {
            members["contributors"] = .array(resource.contributors.map(Self.person))
        }
        members["publisher"] = resource.publisher?.text.map(JSON.string)
        members["publisher_detail"] = resource.publisher.map(Self.person)
    }

    private static func person(_ person: FeedPerson) -> JSON {
        object(("name", person.name), ("email", person.email), ("href", person.url))
    }

    // MARK: Links

    private mutating func addLinks() {
        members["id"] = (resource.idLink ?? resource.id).map(JSON.string)
        members["link"] = (resource.link ?? resource.idLink).map(JSON.string)
        if resource.id != nil {
            members["guidislink"] = .bool(resource.idLink != nil && resource.link == nil)
        }
        if !resource.links.isEmpty { members["links"] = .array(resource.links.map(Self.link)) }
        let enclosures = resource.links.filter { $0.rel == "enclosure" }
        members["enclosures"] = .array(
            enclosures.map { Self.object(("href", $0.href), ("type", $0.type), ("length", $0.length)) })
        members["license"] = resource.links.first { $0.rel == "license" }?.href.map(JSON.string)
    }

    private static func link(_ link: FeedLink) -> JSON {
        let isSelf = link.rel == "self"
        return object(
            ("rel", link.rel ?? "alternate"),
            ("type", link.type ?? (isSelf ? "application/atom+xml" : FeedText.html)),
            ("href", link.href), ("title", link.title), ("hreflang", link.hreflang), ("length", link.length))
    }

    // MARK: Dates

    private mutating func addDates() {
        add("published", date: resource.published)
        add("updated", date: resource.updated)
        add("created", date: resource.created)
        add("expired", date: resource.expired)
        // feedparser shows the date of publication as that of the last change when there is no other.
        if resource.updated == nil { add("updated", date: resource.published) }
        members["validity"] = resource.extensions.first("dcterms", "valid").map { .string($0.text) }
        for part in (resource.extensions.first("dcterms", "valid")?.text ?? "").split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { add("validity_\(pair[0])", date: String(pair[1])) }
        }
    }

    private mutating func add(_ name: String, date: String?) {
        guard let date else { return }
        members[name] = .string(date)
        members[name + "_parsed"] = FeedDate.parse(date).flatMap { Timestamp(seconds: $0.seconds) }.map {
            .string($0.rfc3339)
        }
    }

    // MARK: The rest

    private mutating func addParts() {
        members["language"] = resource.language.map(JSON.string)
        if !resource.categories.isEmpty {
            members["tags"] = .array(
                resource.categories.map {
                    Self.object(("term", $0.term), ("scheme", $0.scheme), ("label", $0.label))
                })
        }
        if let generator = resource.generator {
            members["generator"] = generator.name.map(JSON.string)
            members["generator_detail"] = Self.object(
                ("name", generator.name), ("href", generator.url), ("version", generator.version))
        }
        if let image = resource.image {
            var object = JSONObject()
            for (name, value) in [("href", image.url), ("title", image.title), ("link", image.link)] {
                object[name] = value.map(JSON.string)
            }
            object["width"] = image.width.map { .int(Int64($0) ?? 0) }
            object["height"] = image.height.map { .int(Int64($0) ?? 0) }
            members["image"] = .object(object)
        }
        if let input = resource.textInput {
            members["textinput"] = Self.object(
                ("title", input.title), ("description", input.description), ("name", input.name),
                ("link", input.link))
        }
        if let source = resource.sources.first {
            var object = ResourceModel(source, isFeed: true).members
            object["href"] = source.links.first { $0.rel == "self" }?.href.map(JSON.string)
            members["source"] = .object(object)
        }
    }

    private mutating func addExtensions() {
        for (name, value) in ExtensionModel.members(resource.extensions) { members[name] = value }
    }

    private static func object(_ members: (String, String?)...) -> JSON {
        var object = JSONObject()
        for (name, value) in members { object[name] = value.map(JSON.string) }
        return .object(object)
    }
}
