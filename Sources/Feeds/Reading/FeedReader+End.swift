import Records

/// What end tags do.
extension FeedReader {
    mutating func end(_ frame: Frame) {
        let kind = frame.kind
        if frame.isExtension { return endExtension(frame) }
        if kind.isText, construct != nil { return endText(frame) }
        switch kind {
        case .rss, .rdf, .feed:
            if subject == .feed { feedHasEnded = true }
        case .channel, .other, .group, .enclosure, .generatorAgent, .licenseResource,
            .itunesImage:
            break
        case .entry:
            guard subject != .feed else { return }
            subject = .feed
            entryJustEnded = true
        case .source: endSource(value(frame))
        case .image: isInImage = false
        case .textInput: isInTextInput = false
        case .author, .contributor, .owner: endPerson(kind, value(frame))
        default: endValue(frame, value(frame))
        }
    }

    /// The text of the element that ends, without white space at its ends.
    func value(_ frame: Frame) -> Bytes { text.bytes(from: frame.textStart).trimmed.withoutSectionMarks }

    private mutating func endValue(_ frame: Frame, _ value: Bytes) {
        if isInImage || isInTextInput, endPart(frame.kind, value) { return }
        switch frame.kind {
        case .id:
            guard !value.isEmpty else { return }
            let base = idIsLink ? storeScope().base ?? StoredText(start: 0, count: 0) : nil
            update {
                $0.id = $0.texts.store(value)
                $0.idBase = base
            }
        case .link: endLink(value)
        case .category: endCategory(value)
        case .tagList: endTagList(value, scheme: nil)
        case .itunesTagList: endTagList(value, scheme: Self.itunesScheme)
        case .published: update { $0.take(published: value, isBorrowed: false) }
        case .extensionPublished: update { $0.take(published: value, isBorrowed: true) }
        case .updated: update { $0.take(updated: value, isBorrowed: false) }
        case .extensionUpdated: update { $0.take(updated: value, isBorrowed: true) }
        case .created where !value.isEmpty: update { $0.created = $0.texts.store(value) }
        case .expired: update { $0.expired = $0.texts.store(value) }
        case .language: update { $0.language = $0.texts.store(Self.languageTag(String(valid: value))) }
        case .generator: update { $0.generator?.name = String(valid: value) }
        case .license:
            update { $0.add(LinkDraft(href: $0.texts.store(value), rel: $0.texts.store("license"))) }
        case .publisher:
            let publisher = store(person: value)
            update { $0.publisher = publisher }
        case .contributorName:
            update { _ = $0.add(contributor: PersonDraft(name: $0.texts.store(value))) }
        case .name:
            let name = store(value)
            updatePerson { $0.name = name }
        case .email:
            let email = store(value)
            updatePerson { $0.email = email }
        case .url:
            let url = store(address: value)
            updatePerson { $0.url = url }
        default: break
        }
    }

    /// Whether the entry that began last is still open.
    var isInEntry: Bool { frames.count > entryDepth && frames[entryDepth].kind == .entry }

    private mutating func endSource(_ value: Bytes) {
        if !value.isEmpty, source.title == nil {
            source.title = TextDraft(value: source.texts.store(value), type: .plain)
        }
        let finished = FeedResource(source)
        subject = isInEntry ? .entry : .feed
        update { $0.sources = [finished] }
    }

    // MARK: Images and text inputs

    /// Takes a value inside an image or text input; false when it means nothing there.
    private mutating func endPart(_ kind: ElementKind, _ value: Bytes) -> Bool {
        guard kind != .link else { return false }
        let value = String(valid: value)
        guard isInImage else {
            updateTextInput {
                switch kind {
                case .title: $0.title = value
                case .description: $0.description = value
                case .name: $0.name = value
                default: break
                }
            }
            return true
        }
        let base = base
        updateImage {
            switch kind {
            case .title: $0.title = value
            case .description: $0.description = value
            case .url: $0.url = URLReference.resolve(value, in: base)
            case .width: $0.width = value
            case .height: $0.height = value
            default: break
            }
        }
        return true
    }

    mutating func updateImage(_ change: (inout FeedImage) -> Void) {
        update {
            var image = $0.image ?? FeedImage()
            change(&image)
            $0.image = image
        }
    }

    mutating func updateTextInput(_ change: (inout FeedTextInput) -> Void) {
        update {
            var input = $0.textInput ?? FeedTextInput()
            change(&input)
            $0.textInput = input
        }
    }

    // MARK: People

    private mutating func updatePerson(_ change: (inout PersonDraft) -> Void) {
        let role = person
        update { resource in
            switch role {
            case .author:
                if let last = resource.authors.indices.last { change(&resource.authors[last]) }
            case .contributor:
                if let last = resource.contributors.indices.last { change(&resource.contributors[last]) }
            case .publisher:
                var publisher = resource.publisher ?? PersonDraft()
                change(&publisher)
                resource.publisher = publisher
            case .leftOut, nil: break
            }
        }
    }

    private mutating func endPerson(_ kind: ElementKind, _ value: Bytes) {
        if !value.isEmpty {
            let written = store(person: value)
            updatePerson { person in
                guard person.isEmpty else { return }
                let isBorrowed = person.isBorrowed
                person = written
                person.isBorrowed = isBorrowed
            }
        }
        person = nil
        update {
            if kind == .author, $0.authors.last?.isEmpty == true { $0.authors.removeLast() }
            if kind == .contributor, $0.contributors.last?.isEmpty == true { $0.contributors.removeLast() }
        }
    }
}
