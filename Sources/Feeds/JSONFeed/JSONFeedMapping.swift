import Records

/// What the members of a JSON Feed mean.
struct JSONFeedMapping {
    let base: String
    /// The bytes of one text; what is longer is cut.
    let textSize: Int

    func read(head: JSON, into feed: inout ResourceDraft) {
        feed.removeAll()
        feed.title = text(head["title"], in: &feed.texts)
        feed.subtitle = text(head["description"], in: &feed.texts)
        feed.language = feed.texts.store(head["language"]?.string.flatMap { $0.isEmpty ? nil : $0 })
        if let home = address(head["home_page_url"], in: &feed.texts) {
            feed.link = home
            let type = feed.texts.store(FeedText.html)
            feed.add(LinkDraft(href: home, rel: feed.texts.store("alternate"), type: type))
        }
        if let own = address(head["feed_url"], in: &feed.texts) {
            feed.add(LinkDraft(href: own, rel: feed.texts.store("self")))
        }
        if let icon = address(head["icon"] ?? head["favicon"]) { feed.image = FeedImage(url: icon) }
        readPeople(of: head, into: &feed)
        for element in extensions(head) { feed.add(element) }
    }

    func read(item: JSON, into entry: inout ResourceDraft) {
        entry.removeAll()
        entry.id = entry.texts.store(Self.scalar(item["id"]))
        entry.title = text(item["title"], in: &entry.texts)
        entry.summary = text(item["summary"], in: &entry.texts)
        entry.summary?.worth = .description
        if let html = item["content_html"]?.string {
            entry.content.append(content(html, .html, in: &entry.texts))
        }
        if let plain = item["content_text"]?.string {
            entry.content.append(content(plain, .plain, in: &entry.texts))
        }
        readLinks(of: item, into: &entry)
        if let image = address(item["image"] ?? item["banner_image"]) { entry.image = FeedImage(url: image) }
        entry.published = entry.texts.store(Self.scalar(item["date_published"]))
        entry.updated = entry.texts.store(Self.scalar(item["date_modified"]))
        entry.language = entry.texts.store(item["language"]?.string)
        readPeople(of: item, into: &entry)
        for tag in item["tags"]?.array ?? [] {
            guard let term = tag.string else { continue }
            entry.add(CategoryDraft(term: entry.texts.store(term)))
        }
        for element in extensions(item) { entry.add(element) }
    }

    /// Whether a text of the item is longer than the limit.
    func cutsTexts(of item: JSON) -> Bool {
        ["title", "summary", "content_html", "content_text"].contains {
            item[$0]?.string.map { $0.utf8.count > textSize } ?? false
        }
    }

    private func readLinks(of item: JSON, into entry: inout ResourceDraft) {
        let page = address(item["url"], in: &entry.texts)
        let external = address(item["external_url"], in: &entry.texts)
        entry.link = page ?? external
        if let page {
            entry.add(LinkDraft(href: page, rel: entry.texts.store("alternate")))
        }
        if let external {
            entry.add(LinkDraft(href: external, rel: entry.texts.store("related")))
        }
        for attachment in item["attachments"]?.array ?? [] {
            guard let url = address(attachment["url"], in: &entry.texts) else { continue }
            var link = LinkDraft(href: url, rel: entry.texts.store("enclosure"))
            link.type = entry.texts.store(attachment["mime_type"]?.string)
            link.title = entry.texts.store(attachment["title"]?.string)
            link.length = entry.texts.store(Self.scalar(attachment["size_in_bytes"]))
            entry.add(link)
        }
    }

    private func text(_ value: JSON?, in texts: inout TextStore) -> TextDraft? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        return content(text, .plain, in: &texts)
    }

    private func content(_ value: String, _ type: TextType, in texts: inout TextStore) -> TextDraft {
        TextDraft(
            value: texts.store(value, upTo: textSize), type: type,
            base: base.isEmpty ? nil : texts.store(base), worth: .content)
    }

    private func address(_ value: JSON?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : URLReference.resolve($0, in: base) }
    }

    private func address(_ value: JSON?, in texts: inout TextStore) -> StoredText? {
        texts.store(address(value))
    }

    /// `authors` of version 1.1, `author` of version 1.0; each an object or only a name, alone or in a list.
    private func readPeople(of object: JSON, into resource: inout ResourceDraft) {
        for member in ["authors", "author"] {
            guard let value = object[member] else { continue }
            for person in value.array ?? [value] {
                guard let author = author(person, in: &resource.texts) else { continue }
                guard resource.add(author: author) else { return }
            }
            if !resource.authors.isEmpty { return }
        }
    }

    private func author(_ value: JSON, in texts: inout TextStore) -> PersonDraft? {
        if let line = value.string?.trimmed, !line.isEmpty {
            let person = FeedPerson(line: line)
            return PersonDraft(name: texts.store(person.name), email: texts.store(person.email))
        }
        let name = Self.scalar(value["name"])?.trimmed
        let url = address(value["url"])
        guard name?.isEmpty == false || url != nil else { return nil }
        return PersonDraft(name: texts.store(name), url: texts.store(url))
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
            return Self.elements(prefix: prefix, members)
        }.flatMap { $0 }
    }

    /// A member is an element; one that is an array is as many of its name.
    private static func elements(
        prefix: String, _ members: [(name: String, value: JSON)]
    ) -> [ExtensionElement] {
        members.flatMap { name, value in
            (value.array ?? [value]).map { element(prefix: prefix, name: name, value: $0) }
        }
    }

    private static func element(prefix: String, name: String, value: JSON) -> ExtensionElement {
        guard let members = value.object?.members else {
            return ExtensionElement(prefix: prefix, name: name, text: scalar(value) ?? value.text)
        }
        return ExtensionElement(prefix: prefix, name: name, children: elements(prefix: prefix, members))
    }

    /// A string, or a number in its own words: ids are sometimes numbers.
    private static func scalar(_ value: JSON?) -> String? {
        guard let value, !value.isNull else { return nil }
        if let string = value.string { return string.isEmpty ? nil : string }
        return value.array == nil && value.object == nil ? value.text : nil
    }
}
