import Diagnostics
import Feeds
import PipelineSpec
import Records
import Streaming

extension FeedSink {
    enum Format: String, OptionEnum {
        case auto, rss, atom, json

        var doc: String {
            switch self {
            case .auto: "By the ending of the path: `.atom` and `.json`, else RSS."
            case .rss: "RSS 2.0."
            case .atom: "Atom (RFC 4287)."
            case .json: "JSON Feed 1.1."
            }
        }

        func format(of path: String) -> WrittenFormat {
            switch self {
            case .rss: .rss
            case .atom: .atom
            case .json: .json
            case .auto:
                if path.lowercased().hasSuffix(".atom") {
                    .atom
                } else if path.lowercased().hasSuffix(".json") {
                    .json
                } else {
                    .rss
                }
            }
        }
    }

    enum Order: String, OptionEnum {
        case published, updated, arrival

        var doc: String {
            switch self {
            case .published: "By when they came out."
            case .updated: "By when they were changed last."
            case .arrival: "By when they came here."
            }
        }

        var order: FeedWindow.Order {
            switch self {
            case .published: .published
            case .updated: .updated
            case .arrival: .arrival
            }
        }
    }

    static let component = Component<any Sink>(
        "feed", "Shows the newest records as a feed: RSS, Atom or JSON Feed.",
        details: """
            The file is replaced as a whole with each checkpoint that changes it, so whoever reads it finds it whole. It \
            shows exactly what has been delivered, after a crash as well: the items stand in the state, and a start \
            writes the file anew where it shows something else. A file that is no feed of this pipeline is never \
            replaced.

            Records have the fields of a feed item (`id`, `url`, `title`, `summary`, `content`, `authors`, `tags`, \
            `published`, `updated`, `enclosures`, `language`, `feed`, `extensions`). A record whose id is there already \
            takes the place of that item; if it says something else, without saying when it was changed, its `updated` \
            is when it came. An item keeps its dates: one that has none is of when it came first. Addresses are made \
            absolute; `content.html` is written as it is, so have it cleaned before (`clean: { html: safe }`). What a \
            format cannot carry is left out or stands where it has a place; see `docs/feeds.md`.
            """,
        Field<String>(
            "path", "The file to write; it is made with its folders.", .filePath,
            example: "public/planet.atom",
            role: .path),
        Field<Format>("format", default: .auto, "What is written."),
        Field<Int>("items", default: 100, "How many items it shows at most.", .range(1...10_000)),
        Field<ByteSize>(
            "size", default: ByteSize(bytes: 8_000_000),
            "How many bytes their texts may have together; the oldest items make room."),
        Field<Order>("order", default: .published, "Which items are the newest, and stand first."),
        Field<NeededPath>(
            "key", default: NeededPath(FieldPath(first: Key("id"))), "The field that identifies a record."),
        Field<String?>("title", "The feed's title; the pipeline's name if left out.", .notEmpty),
        Field<String?>("home", "The page that the feed is about.", .httpURL),
        Field<String?>("url", "Where the feed will be found.", .httpURL),
        Field<String?>("description", "What the feed is about.", .notEmpty),
        Field<String?>("language", "The language of its texts (BCP 47).", .languageTag),
        Field<String?>("author", "Who makes it: `Name <mail@example.com>`.", .notEmpty)
    ) { context, path, format, items, size, order, key, title, home, url, description, language, author in
        var head = FeedHead(title: title ?? context.pipeline, pipeline: context.pipeline)
        head.home = home
        head.url = url
        head.description = description
        head.language = language
        head.author = author.flatMap { WrittenItem.Author(line: $0) }
        return FeedSink(
            owner: "sink '\(context.name)' of pipeline '\(context.pipeline)'", pipeline: context.pipeline,
            path: context.resolve(path),
            display: Display(
                format: format.format(of: path), head: head, items: items, size: size.bytes,
                order: order.order,
                key: key.path))
    }
    .depending(
        on: .refused("path", because: "writes RSS, which names a page: give `home`, or `url`") { given in
            let format = given.text("format").flatMap(Format.init) ?? .auto
            return format.format(of: given.text("path") ?? "") == .rss && !given.has("home")
                && !given.has("url")
        }
    )
    .with(ComponentTraits(files: ["path"]))
}

extension Constraint where Value == String {
    /// A language as BCP 47 writes it.
    fileprivate static let languageTag = Constraint(
        "a language tag such as `en` or `de-AT`",
        schema: [.init("pattern", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$|\\$\\{")]
    ) { FeedHead.isLanguage($0) }
}
