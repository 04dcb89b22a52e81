import Notation
package import Records

/// The JSON Schema of the feed item. `schemas/item.schema.json` is made of it; expressions are checked against it.
package enum ItemSchema {
    package static let document: JSON = {
        var item = ObjectSchema()
        ItemDraft().describe(
            of: ResourceDraft(), hash: nil, feed: WrittenFeed(FeedReference()), source: nil, to: &item)
        return item.schema([
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("$id", "https://feedspine.dev/schemas/item.schema.json"), ("title", "Feed item"),
            (
                "description",
                """
                What every feed-like source produces: RSS, Atom, RDF, JSON Feed, Reddit, Mastodon, Hacker News. \
                Absent fields are left out.
                """
            )
        ])
    }()

    /// The schema as a file.
    package static let text = document.prettyText
}

/// The schema of an object, gathered member by member.
private struct ObjectSchema {
    private var properties: [(name: String, value: JSON)] = []
    private var required: [JSON] = []

    func schema(_ head: [(String, JSON)] = []) -> JSON {
        var members = head + [("type", "object")]
        if !required.isEmpty { members.append(("required", .array(required))) }
        members.append(("properties", .object(JSONObject(properties))))
        members.append(("additionalProperties", false))
        return .object(JSONObject(members))
    }

    private mutating func add(
        _ name: StaticString, _ meaning: StaticString, isRequired: Bool = false, _ facets: [(String, JSON)]
    ) {
        let description = "\(meaning)"
        let head: [(String, JSON)] = description.isEmpty ? [] : [("description", .string(description))]
        properties.append(("\(name)", .object(JSONObject(head + facets))))
        if isRequired { required.append(.string("\(name)")) }
    }
}

extension ObjectSchema: ItemFields {
    mutating func text(
        _ name: StaticString, _: StoredText?, in _: borrowing TextStore, _ rule: TextRule,
        _ meaning: StaticString
    ) {
        var facets: [(String, JSON)] = [("type", "string")]
        var isRequired = true
        switch rule {
        case .any: isRequired = false
        case .required: break
        case .key: facets.append(("minLength", 1))
        case .hash: facets.append(("pattern", "^[0-9a-f]{64}$"))
        }
        add(name, meaning, isRequired: isRequired, facets)
    }

    mutating func text(_ name: StaticString, _: String?, _ meaning: StaticString) {
        add(name, meaning, [("type", "string")])
    }

    mutating func mediaType(
        _ name: StaticString, _: TextType, in _: borrowing TextStore, _ meaning: StaticString
    ) {
        add(name, meaning, isRequired: true, [("type", "string")])
    }

    mutating func texts(
        _ name: StaticString, _: [StoredText], in _: borrowing TextStore, _ meaning: StaticString
    ) {
        add(name, meaning, [("type", "array"), ("items", ["type": "string"])])
    }

    mutating func date(_ name: StaticString, _: Timestamp?, _ meaning: StaticString) {
        add(name, meaning, [("type", "string"), ("format", "date-time")])
    }

    mutating func number(_ name: StaticString, _: Int64?, _ meaning: StaticString) {
        add(name, meaning, [("type", "integer")])
    }

    mutating func part<Part: ItemPart>(
        _ name: StaticString, _: Part?, in texts: borrowing TextStore, _ meaning: StaticString
    ) {
        add(name, meaning, ObjectSchema.of(Part.self, in: texts).object?.members ?? [])
    }

    mutating func parts<Part: ItemPart>(
        _ name: StaticString, _: [Part], in texts: borrowing TextStore, _ meaning: StaticString
    ) {
        add(name, meaning, [("type", "array"), ("items", ObjectSchema.of(Part.self, in: texts))])
    }

    mutating func feed(_ name: StaticString, _: WrittenFeed, _ meaning: StaticString) {
        var feed = ObjectSchema()
        feed.text("title", nil, "")
        feed.text("url", nil, "The feed's own address.")
        feed.text("home", nil, "The page that the feed is about.")
        add(name, meaning, feed.schema().object?.members ?? [])
    }

    mutating func extensions(_ name: StaticString, of _: borrowing ResourceDraft, _ meaning: StaticString) {
        add(name, meaning, [("type", "object"), ("additionalProperties", ["type": "object"])])
    }

    private static func of<Part: ItemPart>(_: Part.Type, in texts: borrowing TextStore) -> JSON {
        var schema = ObjectSchema()
        Part().describe(in: texts, to: &schema)
        return schema.schema()
    }
}
