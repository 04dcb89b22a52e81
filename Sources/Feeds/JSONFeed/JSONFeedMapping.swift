import Records

/// What the members of a JSON Feed mean.
struct JSONFeedMapping {
    let base: String

    func feed(_ head: JSON) -> FeedResource {
        var feed = FeedResource()
        feed.title = text(head["title"])
        feed.subtitle = text(head["description"])
        feed.language = text(head["language"])?.value
        if let home = address(head["home_page_url"]) {
            feed.link = home
            feed.links.append(FeedLink(href: home, rel: "alternate", type: FeedText.html))
        }
        if let own = address(head["feed_url"]) { feed.links.append(FeedLink(href: own, rel: "self")) }
        if let icon = address(head["icon"] ?? head["favicon"]) { feed.image = FeedImage(url: icon) }
        feed.authors = people(head)
        feed.extensions = extensions(head)
        return feed
    }

    func entry(_ item: JSON) -> FeedResource {
        var entry = FeedResource()
        entry.id = Self.scalar(item["id"])
        entry.title = text(item["title"])
        entry.summary = text(item["summary"])
        if let html = item["content_html"]?.string { entry.content.append(content(html, FeedText.html)) }
        if let plain = item["content_text"]?.string { entry.content.append(content(plain, FeedText.plain)) }
        entry.link = address(item["url"]) ?? address(item["external_url"])
        if let link = address(item["url"]) { entry.links.append(FeedLink(href: link, rel: "alternate")) }
        if let link = address(item["external_url"]) {
            entry.links.append(FeedLink(href: link, rel: "related"))
        }
        if let image = address(item["image"] ?? item["banner_image"]) { entry.image = FeedImage(url: image) }
        entry.published = item["date_published"]?.string
        entry.updated = item["date_modified"]?.string
        entry.language = item["language"]?.string
        entry.authors = people(item)
        entry.categories = (item["tags"]?.array ?? []).compactMap { $0.string.map { FeedCategory(term: $0) } }
        for attachment in item["attachments"]?.array ?? [] {
            guard let url = address(attachment["url"]) else { continue }
            var link = FeedLink(href: url, rel: "enclosure", type: attachment["mime_type"]?.string)
            link.title = attachment["title"]?.string
            link.length = Self.scalar(attachment["size_in_bytes"])
            entry.links.append(link)
        }
        entry.extensions = extensions(item)
        return entry
    }

    private func text(_ value: JSON?) -> FeedText? {
        value?.string.flatMap { $0.isEmpty ? nil : FeedText($0, base: base.isEmpty ? nil : base) }
    }

    private func content(_ value: String, _ type: String) -> FeedText {
        FeedText(value, type: type, base: base.isEmpty ? nil : base)
    }

    private func address(_ value: JSON?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : URLReference.resolve($0, in: base) }
    }

    /// `authors` of version 1.1, `author` of version 1.0.
    private func people(_ object: JSON) -> [FeedPerson] {
        let listed = object["authors"]?.array ?? object["author"].map { [$0] } ?? []
        return listed.compactMap { person in
            guard person["name"] != nil || person["url"] != nil else { return nil }
            return FeedPerson(name: person["name"]?.string, url: address(person["url"]))
        }
    }

    /// Members that begin with an underscore, named without it.
    private func extensions(_ object: JSON) -> [ExtensionElement] {
        (object.object?.members ?? []).filter { $0.name.hasPrefix("_") }.map { name, value in
            let prefix = String(name.dropFirst())
            guard let members = value.object?.members else {
                return [
                    ExtensionElement(prefix: prefix, name: "value", text: Self.scalar(value) ?? value.text)
                ]
            }
            return members.map { Self.element(prefix: prefix, name: $0.name, value: $0.value) }
        }.flatMap { $0 }
    }

    private static func element(prefix: String, name: String, value: JSON) -> ExtensionElement {
        guard let members = value.object?.members else {
            return ExtensionElement(prefix: prefix, name: name, text: scalar(value) ?? value.text)
        }
        return ExtensionElement(
            prefix: prefix, name: name,
            children: members.map { element(prefix: prefix, name: $0.name, value: $0.value) })
    }

    /// A string, or a number in its own words: ids are sometimes numbers.
    private static func scalar(_ value: JSON?) -> String? {
        guard let value, !value.isNull else { return nil }
        if let string = value.string { return string.isEmpty ? nil : string }
        return value.array == nil && value.object == nil ? value.text : nil
    }
}
