import Fetching
import Logging
import Notation
import PipelineSpec
import Records
import Streaming

/// Reads the items of any JSON API.
struct HTTPJSONSource: Source {
    static let component = Component<any Source>(
        "http_json", "Reads items from a JSON API.",
        details: """
            `items` names the array in the answer; without it the answer is the array, or one item. Further pages are \
            found by the `Link` header, by counting, or by a cursor in the answer; a run that does not come to the last \
            one is continued by the next. With `since` the greatest value among the items is kept in the state and \
            sent once all pages have been read. What has not changed since then, by its `ETag` or date, is not read \
            again.
            """,
        Field<String>(
            "url", "The address of the first page.", .httpURL, example: "https://api.example.com/posts",
            role: .address),
        Field<Foreign<FieldPath>?>(
            "items", "Where the items are in the answer.", example: "data.posts", role: .address),
        Field<HTTPJSONNext?>(
            "next", "How the next page is found; by the `Link` header if left out.", .oneWay),
        Field<HTTPJSONSince?>(
            "since", "What is kept of the items, and sent with the next run.", example: "updated_at"),
        Field<OptionMap<Secret>>("headers", default: OptionMap([]), "Request headers."),
        Field<Secret?>("token", "A bearer token to send."),
        Field<BasicCredentials?>("basic", "Name and password to send."),
        Field<ByteSize>(
            "max_size", default: ByteSize(bytes: 50_000_000), "The largest page, decompressed.", .notEmpty),
        Field<Bool>("allow_private", default: false, "Follow a redirect to a private address.")
    ) { context, url, items, next, since, headers, token, basic, maxSize, allowPrivate in
        let request = HTTPJSONRequest(
            headers: headers.entries.map { ($0.key, $0.value.revealed) }, token: token?.revealed,
            basic: basic, maxSize: maxSize.bytes, allowPrivate: allowPrivate)
        return HTTPJSONSource(
            url: try WebURL(url), items: items?.value, pages: try HTTPJSONPages(next, context),
            since: try since.map { (try RecordExpression($0.value, context), $0.parameter) },
            maxPages: next?.max ?? HTTPJSONNext.defaultMax, request: request, context: context)
    }
    .depending(
        on: .idle("basic", because: "`token` is sent instead") {
            $0.text("token").map { !$0.isEmpty } ?? false
        })

    let url: WebURL
    let items: FieldPath?
    let pages: HTTPJSONPages
    let since: (value: RecordExpression, parameter: String)?
    let maxPages: Int
    let request: HTTPJSONRequest
    let context: BuildContext

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let api = try request.client(context)
        let position = HTTPJSONPosition(anchor, of: url)
        guard !position.isGone else {
            return outlet.sayGone(url)
        }
        var walk = HTTPJSONWalk(self, position, api, outlet)
        try await walk.run()
    }
}

/// What goes with every request.
struct HTTPJSONRequest: Sendable {
    let headers: [(name: String, value: String)]
    let token: String?
    let basic: BasicCredentials?
    let maxSize: Int
    let allowPrivate: Bool

    func client(_ context: BuildContext) throws -> WebAPI {
        var api = try WebAPI(context)
        api.client.headers = headers
        if let token, !token.isEmpty {
            api.client.credentials = .bearer(Secret(token))
        } else if let basic {
            api.client.credentials = .basic(
                user: basic.user, password: basic.password)
        }
        api.client.maxSize = maxSize
        api.client.allowPrivate = allowPrivate
        return api
    }
}
