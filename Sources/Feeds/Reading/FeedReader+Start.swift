import Records

/// What start tags do.
extension FeedReader {
    /// `slot` is where the element's name stands in ``names``.
    mutating func start(_ frame: inout Frame, _ slot: Int) {
        if rootName == nil { rootName = names[slot].name }
        let kind = effectiveKind(frame.kind)
        if kind != frame.kind {
            frame = Frame(copying: frame, kind: kind)
        }
        switch kind {
        case .rss, .rdf, .feed, .channel: startFeed(kind)
        case .entry: startEntry()
        case .source: startSource()
        case .image: startImage()
        case .textInput:
            isInTextInput = true
            if subject == .feed, feed.textInput == nil { feed.textInput = FeedTextInput() }
        case .other:
            if isFeed {
                frame.isExtension = true
                startExtension(slot)
            }
        case _ where kind.isText:
            if !isInImage, !isInTextInput { startText(kind, textStart: text.count) }
        default: startValue(kind, slot)
        }
        frames.append(frame)
    }

    /// The meaning of an element where it stands: inside an extension it is part of that.
    ///
    /// Inlined, because a call of what only reads would copy the whole reader, for each tag.
    @inline(__always) private func effectiveKind(_ kind: ElementKind) -> ElementKind {
        if frames.last?.isExtension == true { return .other }
        // A page around a feed has titles, links and a body of its own.
        if isInPage, !kind.isRoot { return .other }
        if kind.isPart, person == nil, !isInImage, !isInTextInput { return .other }
        if kind == .group, subject != .entry { return .other }
        return kind
    }

    private mutating func startFeed(_ kind: ElementKind) {
        isFeed = true
        feedHasEnded = false
        if kind == .rss { noteRSS() }
        if kind == .feed { noteAtom() }
        if kind == .rdf, format == .unknown { format = .rss10 }
        if kind != .channel, let language { feed.language = feed.texts.store(language) }
    }

    private mutating func startEntry() {
        isFeed = true
        entry.removeAll()
        storedScope = nil
        subject = .entry
        entryDepth = frames.count
        entryNameLength = tokenizer.name.count
        noteEntryBase()
        (isInImage, isInTextInput, person) = (false, false, nil)
        entry.id = store(attribute: "rdf:about")
    }

    private mutating func startSource() {
        source.removeAll()
        subject = .source
        if let url = store(attribute: "url") {
            source.add(LinkDraft(href: url, rel: source.texts.store("self")))
        }
    }

    private mutating func startImage() {
        isInImage = true
        if subject == .feed, feed.image == nil { feed.image = FeedImage() }
    }

    private mutating func startValue(_ kind: ElementKind, _ slot: Int) {
        switch kind {
        case .author:
            let author = PersonDraft(isBorrowed: names[slot].prefix == "itunes")
            person = update { $0.add(author: author) } ? .author : .leftOut
        case .contributor:
            person = update { $0.add(contributor: PersonDraft()) } ? .contributor : .leftOut
        case .owner:
            person = .publisher
            update { $0.publisher = PersonDraft() }
        case .id:
            idIsLink = tokenizer.attribute("ispermalink")?.trimmed.equalsIgnoringCase("true") ?? true
        case .link: startLink()
        case .enclosure: startEnclosure()
        case .category: startCategory(prefix: names[slot].prefix)
        case .generator: startGenerator()
        case .generatorAgent:
            let resource = tokenizer.attributeText("rdf:resource")
            update { $0.generator = FeedGenerator(name: resource, url: resource) }
        case .itunesImage:
            if let url = tokenizer.attributeText("href") ?? tokenizer.attributeText("url") {
                update { $0.image = FeedImage(url: url) }
            }
        case .licenseResource:
            let href = store(attribute: "rdf:resource")
            update { $0.add(LinkDraft(href: href, rel: $0.texts.store("license"))) }
        default: break
        }
    }

}

extension FeedReader.Frame {
    /// The same frame for an element that means something else here.
    init(copying frame: FeedReader.Frame, kind: ElementKind) {
        self.init(hash: frame.hash, kind: kind, textStart: frame.textStart)
        setsBase = frame.setsBase
        setsLanguage = frame.setsLanguage
    }
}
