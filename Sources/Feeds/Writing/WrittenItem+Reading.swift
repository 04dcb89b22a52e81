import Notation
package import Records

extension WrittenItem {
    /// What a feed shows of a record: fields of the feed item, whatever else it has, of whatever types. What no feed can
    /// show (an address that is none, a date that does not exist) is left out.
    ///
    /// - Parameters:
    ///   - id: nil where nothing is left of it.
    ///   - field: a top-level field of the record.
    package init?(id: String, field: (Key) -> Node?) {
        guard let id = CarriedText.block(id) else { return nil }
        self.init(id: id)
        if let node = field(Keys.feed) {
            feed.url = node[Keys.url]?.words.flatMap { CarriedText.address($0) }
            feed.home = node[Keys.home]?.words.flatMap { CarriedText.address($0) }
            feed.title = node[Keys.title]?.words.flatMap(CarriedText.line)
        }
        url = field(Keys.url)?.words.flatMap {
            CarriedText.address($0, from: self.feed.home ?? self.feed.url)
        }
        title = field(Keys.title)?.words.flatMap(CarriedText.line)
        summary = field(Keys.summary)?.words.flatMap(CarriedText.line)
        content = field(Keys.content).flatMap { Content($0, base: self.url ?? self.feed.url) }
        takeAuthors(field(Keys.authors), field(Keys.author))
        for tag in field(Keys.tags)?.several ?? [] {
            if let tag = tag.words.flatMap(CarriedText.line), !tags.contains(where: { $0.isSame(as: tag) }) {
                tags.append(tag)
            }
        }
        updated = field(Keys.updated)?.words.flatMap(FeedDate.parse)
        published = field(Keys.published)?.words.flatMap(FeedDate.parse) ?? updated
        score = field(Keys.score)?.int
        comments = field(Keys.comments)?.int.flatMap { $0 < 0 ? nil : $0 }
        language = field(Keys.language)?.words.flatMap(CarriedText.language)
        for node in field(Keys.enclosures)?.several ?? [] {
            guard let enclosure = Enclosure(node),
                !enclosures.contains(where: { $0.url.isSame(as: enclosure.url) })
            else { continue }
            enclosures.append(enclosure)
        }
        for (prefix, value) in field(Keys.extensions)?.members.map({ ($0.key, $0.value) }) ?? [] {
            guard let prefix = prefix.string, FeedExtensions.isCarried(prefix), value.kind == .object else {
                continue
            }
            extensions[prefix] = FeedExtensions.carried(JSON(value))
        }
    }

    private mutating func takeAuthors(_ several: Node?, _ line: Node?) {
        for node in several?.several ?? [] {
            if let author = Author(node), !authors.contains(author) { authors.append(author) }
        }
        if authors.isEmpty, let author = line.flatMap({ Author($0) }) { authors = [author] }
    }
}

extension WrittenItem.Content {
    /// An object of a feed item, or the text alone.
    fileprivate init?(_ node: Node, base: String?) {
        if let alone = node.words {
            guard let text = CarriedText.block(alone) else { return nil }
            self.init(text: text)
            return
        }
        let base = node[Keys.base]?.words.flatMap { CarriedText.address($0, from: base) } ?? base
        let html = node[Keys.html]?.words.flatMap(CarriedText.block).map { html in
            base.map { HTMLAddresses.resolved(html, base: $0) } ?? html
        }
        let text = node[Keys.text]?.words.flatMap(CarriedText.block)
        guard html != nil || text != nil else { return nil }
        let type = node[Keys.type]?.words.flatMap(CarriedText.mediaType)?.asciiLowercased
        self.init(
            type: html == nil && type?.hasPrefix("text/") == true && type != FeedText.plain
                && type != FeedText.html
                ? type : nil, text: text, html: html,
            language: node[Keys.language]?.words.flatMap(CarriedText.language))
    }
}

extension WrittenItem.Author {
    /// An object of a feed item, or the name alone.
    fileprivate init?(_ node: Node) {
        self.init(
            name: (node.words ?? node[Keys.name]?.words).flatMap(CarriedText.line),
            url: node[Keys.url]?.words.flatMap { CarriedText.address($0) },
            email: node[Keys.email]?.words.flatMap(CarriedText.email))
        if name == nil, url == nil, email == nil { return nil }
    }

    /// A person in one line.
    package init?(line: String) {
        let person = FeedPerson(line: line)
        self.init(
            name: person.name.flatMap(CarriedText.line), email: person.email.flatMap(CarriedText.email))
        if name == nil, email == nil { return nil }
    }
}

extension WrittenItem.Enclosure {
    /// An object of a feed item, or the address alone.
    fileprivate init?(_ node: Node) {
        guard let url = (node.words ?? node[Keys.url]?.words).flatMap({ CarriedText.address($0) }) else {
            return nil
        }
        self.init(
            url: url, type: node[Keys.type]?.words.flatMap(CarriedText.mediaType),
            length: node[Keys.length]?.int.flatMap { $0 < 0 ? nil : $0 })
    }
}

extension Node {
    /// A string, or a number in its own words.
    fileprivate var words: String? {
        isNumber ? String(decoding: text, as: UTF8.self) : string
    }

    /// The elements of an array; what is none stands alone.
    fileprivate var several: [Node] { kind == .array ? Array(elements) : isNull ? [] : [self] }
}

extension String {
    /// Byte for byte: to `==` texts are the same that are composed in other ways.
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// The names of a feed item's fields.
private enum Keys {
    static let url = Key("url")
    static let home = Key("home")
    static let title = Key("title")
    static let summary = Key("summary")
    static let content = Key("content")
    static let authors = Key("authors")
    static let author = Key("author")
    static let tags = Key("tags")
    static let published = Key("published")
    static let updated = Key("updated")
    static let score = Key("score")
    static let comments = Key("comments")
    static let language = Key("language")
    static let enclosures = Key("enclosures")
    static let feed = Key("feed")
    static let extensions = Key("extensions")
    static let type = Key("type")
    static let text = Key("text")
    static let html = Key("html")
    static let base = Key("base")
    static let name = Key("name")
    static let email = Key("email")
    static let length = Key("length")
}
