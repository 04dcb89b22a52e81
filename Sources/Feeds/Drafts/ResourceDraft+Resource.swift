extension FeedResource {
    /// What a draft says, in texts that stand alone.
    init(_ draft: borrowing ResourceDraft) {
        id = draft.texts.string(draft.id)
        idLink = draft.idLink
        title = draft.text(draft.title)
        subtitle = draft.text(draft.subtitle)
        summary = draft.text(draft.summary)
        for text in draft.content { content.append(draft.text(text)) }
        info = draft.text(draft.info)
        rights = draft.text(draft.rights)
        link = draft.texts.string(draft.link)
        for link in draft.links { links.append(draft.link(link)) }
        for author in draft.authors { authors.append(draft.person(author)) }
        for contributor in draft.contributors { contributors.append(draft.person(contributor)) }
        if let publisher = draft.publisher { self.publisher = draft.person(publisher) }
        for category in draft.categories { categories.append(draft.category(category)) }
        published = draft.texts.string(draft.published)
        updated = draft.texts.string(draft.updated)
        created = draft.texts.string(draft.created)
        expired = draft.texts.string(draft.expired)
        language = draft.texts.string(draft.language)
        generator = draft.generator
        image = draft.image
        textInput = draft.textInput
        sources = draft.sources
        extensions = draft.extensionElements(draft.extensions.outermost)
    }
}

extension ResourceDraft {
    fileprivate func text(_ text: TextDraft?) -> FeedText? {
        guard let text else { return nil }
        return self.text(text)
    }

    fileprivate func text(_ text: TextDraft) -> FeedText {
        FeedText(
            texts.string(text.value), type: text.type.name(in: texts), language: texts.string(text.language),
            base: texts.string(text.base), location: texts.string(text.location))
    }

    fileprivate func link(_ link: LinkDraft) -> FeedLink {
        FeedLink(
            href: texts.string(link.href), rel: texts.string(link.rel), type: texts.string(link.type),
            title: texts.string(link.title), hreflang: texts.string(link.hreflang),
            length: texts.string(link.length))
    }

    fileprivate func person(_ person: PersonDraft) -> FeedPerson {
        FeedPerson(
            name: texts.string(person.name), email: texts.string(person.email), url: texts.string(person.url),
            line: texts.string(person.line))
    }

    fileprivate func category(_ category: CategoryDraft) -> FeedCategory {
        FeedCategory(
            term: texts.string(category.term), scheme: texts.string(category.scheme),
            label: texts.string(category.label))
    }

    /// The extension elements at these places, with what is inside them.
    func extensionElements(_ places: ElementDrafts.Siblings) -> [ExtensionElement] {
        var result: [ExtensionElement] = []
        for index in places {
            let draft = extensions.elements[index]
            var element = ExtensionElement(
                prefix: texts.string(draft.prefix), name: texts.string(draft.name),
                text: texts.string(draft.text), children: extensionElements(extensions.children(of: index)))
            element.isPadded = draft.isPadded
            for attribute in extensions.attributes[draft.attributes] {
                element.attributes.append(
                    .init(name: texts.string(attribute.name), value: texts.string(attribute.value)))
            }
            result.append(element)
        }
        return result
    }
}

extension ResourceDraft {
    /// Adds an extension element with everything in it.
    mutating func add(_ element: ExtensionElement) {
        let (prefix, name) = (texts.store(element.prefix), texts.store(element.name))
        extensions.begin(prefix: prefix, name: name, in: texts)
        for attribute in element.attributes {
            extensions.addAttribute(name: texts.store(attribute.name), value: texts.store(attribute.value))
        }
        for child in element.children { add(child) }
        extensions.end(text: texts.store(element.text), isPadded: element.isPadded)
    }
}
