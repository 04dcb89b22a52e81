import Notation
import PipelineSpec
import Streaming

/// https://docs.bsky.app/docs/advanced-guides/posts
enum Bluesky {
    /// "300 graphemes" and "3000 bytes" (app.bsky.feed.post).
    static let limit = TextLimit(300, .graphemes)
    static let longestText = 3000
    static let titleLimit = TextLimit(300, .graphemes)
    static let summaryLimit = TextLimit(1000, .graphemes)

    static let component = Component<any Sink>(
        "bluesky", "Posts by a Bluesky account.",
        details: """
            Addresses in the text are links; below it stands a card that leads to the item. The post's name in the \
            account's repository is made of the record, so that one that comes again after a crash is the same post. \
            Nobody is mentioned by a field.
            """,
        Field<String>(
            "account", "The account's handle.", .notEmpty, example: "news.bsky.social", role: .address),
        Field<Secret>(
            "password", "An app password, which the account's settings make.",
            example: "\"${BLUESKY_PASSWORD}\""),
        Field<PlainTemplate>("text", default: "{title}", "The post.", role: .address),
        Field<PlainTemplate>(
            "url", default: "{url}", "Where the card leads; `\"\"` for none.", role: .address),
        Field<[String]>("languages", default: [], "The languages of all posts, such as `de`."),
        ServiceSink.server("https://bsky.social", "The account's server."), ServiceSink.timeout
    ) { context, account, password, text, url, languages, server, timeout in
        var courier = try HTTPCourier(context, hiding: [password.revealed])
        courier.timeout = timeout
        courier.answerLimit = HTTPAnswer.usualLimit
        return BlueskySink(
            account: BlueskyAccount(server: server, name: account, password: password),
            post: BlueskyPost(
                text: ServiceText(text, limit), url: ServiceText(url, nil),
                title: ServiceText("{title}", titleLimit), summary: ServiceText("{summary}", summaryLimit),
                languages: languages),
            courier: courier, keys: DeliveryKeys(pipeline: context.pipeline, sink: context.identity))
    }
    .with(ServiceSink.traits)
}
