import Diagnostics
import Notation
import Pacing
import PipelineSpec
import Records
import Streaming

/// A source that has nothing, under the name that the spec gave it.
struct EmptySource: Source {
    let label: String
    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {}
}

struct IdentityTransform: Transform {
    let label: String
    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {}
}

struct NullSink: Sink {
    let label: String
    func open(_ opening: SinkOpening) async throws {}
    func write(_ records: [Record]) async throws -> [Refusal] { [] }
    func checkpoint() async throws -> SinkPosition? { nil }
    func close() async {}
}

enum Compression: String, OptionEnum {
    case none, gzip, zstd

    var doc: String {
        switch self {
        case .none: "As it is."
        case .gzip: "With gzip."
        case .zstd: "With Zstandard."
        }
    }
}

struct ClassifyRule: FieldGroup {
    let when: Condition
    let value: JSONLiteral

    static let options = Options<ClassifyRule>(
        Field<Condition>("when", "The condition.", example: "score > 100"),
        Field<JSONLiteral>("value", "What the field becomes.", example: "important")
    ) { ClassifyRule(when: $0, value: $1) }
}

/// Components with the names and options of the real ones, which do nothing.
enum TestCatalog {
    static let catalog = Catalog(
        sources: [rss, jsonl, reddit, mastodon, generate],
        maps: [set, unset, rename, pick, clean, classify, canonicalURL, contentHash, truncate],
        sinks: [jsonlSink, sqlite, stdout])

    private typealias SourceComponent = Component<any Source>
    private typealias SinkComponent = Component<any Sink>

    private static let rss = SourceComponent(
        "rss", "Reads RSS, Atom and JSON feeds.", produces: .feedItem,
        Field<String>(
            "url", "A path or an address.", .notEmpty, example: "https://example.org/feed.xml", role: .path)
    ) { url in EmptySource(label: url) }

    private static let jsonl = SourceComponent(
        "jsonl", "Reads JSON Lines files.",
        Field<[String]>("path", "Paths; `*` and `?` match.", .notEmpty, example: "items/*.jsonl", role: .path)
    ) { context, paths in EmptySource(label: context.resolve(paths.joined(separator: ","))) }

    private static let reddit = SourceComponent(
        "reddit", "Reads a subreddit's listing.", produces: .feedItem,
        Field<String>(
            "subreddit", "The name without `r/`.", .identifier, example: "technology", role: .address),
        Field<Int>("limit", default: 25, "Posts to ask for.", .range(1...100))
    ) { subreddit, limit in EmptySource(label: "\(subreddit) \(limit)") }

    private static let mastodon = SourceComponent(
        "mastodon", "Reads a Mastodon timeline.", produces: .feedItem,
        Field<String>(
            "instance", "The server's address.", .httpURL, example: "https://mastodon.social", role: .address),
        Field<String?>("tag", "A hashtag without `#`.", .identifier, example: "ai", role: .address),
        Field<Secret?>("token", "An access token.", example: "\"${MASTODON_TOKEN}\"")
    ) { instance, tag, token in EmptySource(label: "\(instance) \(tag ?? "") \(String(describing: token))") }

    private static let generate = SourceComponent(
        "generate", "Makes up items.", produces: .feedItem,
        Field<Int>("count", default: 1000, "Items.", .atLeast(0)),
        Field<Rate?>("rate", "The pace.", example: "100/s"),
        Field<Double>("duplicates", default: 0, "The share of repeated items.", .range(0...1)),
        Field<Int>("seed", default: 1, "The seed of the random numbers.", role: .address)
    ) { count, rate, duplicates, seed in
        EmptySource(label: "\(count) \(rate?.specText ?? "") \(duplicates) \(seed)")
    }

    private static let set = MapComponent(
        "set", "Sets fields to the values of expressions.",
        value: Field<OptionMap<Expression>>(
            "fields", "Field paths and expressions.", example: "{ slug: title }")
    ) { _, fields in IdentityTransform(label: fields.entries.map(\.key).joined(separator: " ")) }

    private static let unset = MapComponent(
        "unset", "Removes fields.", value: Field<[String]>("fields", "Field paths.", example: "[extensions]")
    ) { _, fields in IdentityTransform(label: fields.joined(separator: " ")) }

    private static let rename = MapComponent(
        "rename", "Renames fields.",
        value: Field<OptionMap<String>>("fields", "Old names and new ones.", example: "{ url: link }")
    ) { _, fields in IdentityTransform(label: fields.entries.map { "\($0.key)=\($0.value)" }.joined()) }

    private static let pick = MapComponent(
        "pick", "Keeps only some fields.",
        value: Field<[String]>("fields", "Field paths.", example: "[url, title]")
    ) { _, fields in IdentityTransform(label: fields.joined(separator: " ")) }

    private static let clean = MapComponent(
        "clean", "Makes plain text of HTML.", produces: .feedItem,
        Field<[String]>("fields", default: ["title", "summary"], "The fields to clean.")
    ) { fields in IdentityTransform(label: fields.joined(separator: " ")) }

    private static let classify = MapComponent(
        "classify", "Sets a field by the first rule that matches.", produces: .feedItem,
        Field<String>("field", default: "content.type", "The field to set."),
        Field<[ClassifyRule]>(
            "rules", "The rules in order.", example: "[{ when: score > 100, value: important }]"),
        Field<JSONLiteral?>("default", "The value when no rule matches.", example: "normal")
    ) { field, rules, _ in IdentityTransform(label: "\(field) \(rules.count)") }

    private static let canonicalURL = MapComponent(
        "canonical_url", "Brings addresses into one form.", produces: .feedItem
    ) { IdentityTransform(label: "canonical_url") }

    private static let contentHash = MapComponent(
        "content_hash", "Adds a hash of the content.", produces: .feedItem
    ) { IdentityTransform(label: "content_hash") }

    private static let truncate = MapComponent(
        "truncate", "Shortens a text field.", produces: .feedItem,
        Field<String>("field", "The field.", .notEmpty, example: "summary"),
        Field<Int>("length", default: 500, "Characters to keep.", .range(1...1_000_000))
    ) { field, length in IdentityTransform(label: "\(field) \(length)") }

    private static let jsonlSink = SinkComponent(
        "jsonl", "Appends records to a JSON Lines file.",
        Field<PathTemplate>("path", "Where to write.", example: "history/news-{date}.jsonl", role: .path),
        Field<Compression>("compression", default: .none, "How the file is compressed.")
    ) { path, compression in NullSink(label: "\(path.text) \(compression)") }

    private static let sqlite = SinkComponent(
        "sqlite", "Upserts records into a SQLite table.",
        Field<PathTemplate>("path", "The database file.", example: "news.db", role: .path),
        Field<String>("table", default: "items", "The table.", .identifier, role: .address),
        Field<String>("key", default: "id", "The field that identifies a record.", .notEmpty)
    ) { path, table, key in NullSink(label: "\(path.text) \(table) \(key)") }

    private static let stdout = SinkComponent("stdout", "Writes records to standard output.") {
        NullSink(label: "stdout")
    }
}
