package import Records

extension FeedItem {
    /// The item whose texts and extension elements are those of `entry`, in texts that stand alone.
    init(_ item: borrowing ItemDraft, of entry: borrowing ResourceDraft, feed: Feed, source: String?) {
        self.init(id: entry.texts.string(item.id))
        url = entry.texts.string(item.url)
        title = entry.texts.string(item.title)
        summary = entry.texts.string(item.summary)
        if let content = item.content {
            self.content = Content(
                type: content.type.name(in: entry.texts), text: entry.texts.string(content.text),
                html: entry.texts.string(content.html), language: entry.texts.string(content.language),
                base: entry.texts.string(content.base))
        }
        for author in item.authors {
            authors.append(
                Author(
                    name: entry.texts.string(author.name), url: entry.texts.string(author.url),
                    email: entry.texts.string(author.email)))
        }
        author = entry.texts.string(item.author)
        for tag in item.tags { tags.append(entry.texts.string(tag)) }
        (published, updated) = (item.published, item.updated)
        (score, comments) = (item.score, item.comments)
        for enclosure in item.enclosures {
            enclosures.append(
                Enclosure(
                    url: entry.texts.string(enclosure.url), type: entry.texts.string(enclosure.type),
                    length: enclosure.length))
        }
        language = entry.texts.string(item.language)
        self.feed = feed
        self.source = source
        contentHash = entry.texts.string(item.contentHash)
        extensions = entry.extensionElements(entry.extensions.outermost)
    }

    /// Appends the item as one JSON object in the shape of `schemas/item.schema.json`.
    package func append(to builder: inout ChunkBuilder) {
        var entry = ResourceDraft()
        var item = ItemDraft()
        item.take(self, in: &entry)
        item.append(of: &entry, feed: WrittenFeed(feed), source: source, to: &builder)
    }
}

extension ItemDraft {
    /// Becomes a copy of an item, with its texts and extension elements in `entry`.
    fileprivate mutating func take(_ item: FeedItem, in entry: inout ResourceDraft) {
        id = entry.texts.store(item.id)
        url = entry.texts.store(item.url)
        title = entry.texts.store(item.title)
        summary = entry.texts.store(item.summary)
        if let content = item.content {
            self.content = Content(
                type: TextType(exactly: content.type, in: &entry.texts),
                text: entry.texts.store(content.text), html: entry.texts.store(content.html),
                language: entry.texts.store(content.language), base: entry.texts.store(content.base))
        }
        for author in item.authors {
            authors.append(
                PersonDraft(
                    name: entry.texts.store(author.name), email: entry.texts.store(author.email),
                    url: entry.texts.store(author.url)))
        }
        author = entry.texts.store(item.author)
        for tag in item.tags { tags.append(entry.texts.store(tag)) }
        (published, updated) = (item.published, item.updated)
        (score, comments) = (item.score, item.comments)
        for enclosure in item.enclosures {
            enclosures.append(
                Enclosure(
                    url: entry.texts.store(enclosure.url), type: entry.texts.store(enclosure.type),
                    length: enclosure.length))
        }
        language = entry.texts.store(item.language)
        contentHash = entry.texts.store(item.contentHash)
        for element in item.extensions { entry.add(element) }
    }
}

extension ResourceDraft {
    /// Adds an extension element with everything in it.
    mutating func add(_ element: ExtensionElement) {
        extensions.begin(prefix: texts.store(element.prefix), name: texts.store(element.name))
        for attribute in element.attributes {
            extensions.addAttribute(name: texts.store(attribute.name), value: texts.store(attribute.value))
        }
        for child in element.children { add(child) }
        extensions.end(text: texts.store(element.text), isPadded: element.isPadded)
    }
}
