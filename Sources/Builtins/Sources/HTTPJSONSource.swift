import Fetching
import Logging
import PipelineSpec
import Records
import Streaming

import struct PipelineSpec.Secret

/// Reads the items of any JSON API.
struct HTTPJSONSource: Source {
    static let component = Component<any Source>(
        "http_json", "Reads items from a JSON API.",
        details: """
            `items` names the array in the answer; without it the answer is the array, or one item. Further pages are \
            found by the `Link` header, by counting, or by a cursor in the answer. With `since` the greatest value \
            among the items is kept in the state and sent with the next run. What has not changed since the last \
            run, by its `ETag` or date, is not read again.
            """,
        Field<String>(
            "url", "The address of the first page.", .httpURL, example: "https://api.example.com/posts"),
        Field<FieldPath?>("items", "Where the items are in the answer.", example: "data.posts"),
        Field<HTTPJSONNext?>("next", "How the next page is found; by the `Link` header if left out."),
        Field<HTTPJSONSince?>(
            "since", "What is kept of the items, and sent with the next run.", example: "updated_at"),
        Field<OptionMap<Secret>>("headers", default: OptionMap([]), "Request headers."),
        Field<Secret?>("token", "A bearer token to send."),
        Field<BasicCredentials?>("basic", "Name and password to send."),
        Field<ByteSize>("max_size", default: ByteSize(bytes: 50_000_000), "The largest page, decompressed."),
        Field<Bool>("allow_private", default: false, "Follow a redirect to a private address.")
    ) { context, url, items, next, since, headers, token, basic, maxSize, allowPrivate in
        let request = HTTPJSONRequest(
            headers: headers.entries.map { ($0.key, $0.value.reveal()) }, token: token?.reveal(),
            basic: basic, maxSize: maxSize.bytes, allowPrivate: allowPrivate)
        return HTTPJSONSource(
            url: try WebURL(url), items: items, pages: try HTTPJSONPages(next, context),
            since: try since.map { (try RecordExpression($0.value, context), $0.parameter) },
            maxPages: next?.max ?? HTTPJSONNext.defaultMax, request: request, context: context)
    }

    let url: WebURL
    let items: FieldPath?
    let pages: HTTPJSONPages
    let since: (value: RecordExpression, parameter: String)?
    let maxPages: Int
    let request: HTTPJSONRequest
    let context: BuildContext

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let api = try request.client(context)
        var position = HTTPJSONPosition(anchor, of: url)
        guard !position.isGone else {
            return outlet.logger.warning("\(url) is gone for good; take the source out of the pipeline")
        }
        var count = 0
        while count < maxPages {
            let isFirst = position.page == nil
            let (answer, response) = try await api.get(
                position.page ?? firstPage(position), validators: isFirst ? position.validators : nil,
                for: outlet)
            guard let page = answer else {
                return try await end(at: response, &position, isFirst: isFirst, into: outlet)
            }
            if isFirst { position.opened(response.validators) }
            count += 1
            try position.begin(page, into: outlet)
            let records = try records(of: page, from: "\(response.url)", into: outlet)
            for record in records { try note(record, in: &position) }
            let next = records.isEmpty || count == maxPages ? nil : try pages.next(after: page, response)
            guard next != response.url else {
                throw WebAPIError.unexpected(place: "\(response.url)", wanted: "another page as the next one")
            }
            if let next { position.turn(to: next) } else { position.finish() }
            try await outlet.send(records, then: position.anchor)
            if next == nil { return }
        }
    }

    /// Keeps what an answer without a page says.
    private func end(
        at response: FetchResponse, _ position: inout HTTPJSONPosition, isFirst: Bool,
        into outlet: SourceOutlet
    ) async throws {
        if case .gone = response.outcome {
            // Where a temporary redirect leads, and a further page, say nothing about the address itself.
            guard isFirst, response.url == response.permanentLocation ?? firstPage(position) else {
                throw WebAPIError.gone(place: "\(response.url)")
            }
            outlet.logger.warning("\(url) is gone for good (410); it will not be asked for again")
            position.markGone()
        } else if let validators = response.validators {
            position.keep(validators)
        }
        try await outlet.send([Record](), then: position.anchor)
    }

    private func firstPage(_ position: HTTPJSONPosition) -> WebURL {
        var query = pages.firstQuery
        if let since, let value = position.since { query.append((since.parameter, value.parameterText)) }
        return url.setting(query: query)
    }

    private func note(_ record: Record, in position: inout HTTPJSONPosition) throws {
        guard let since, let value = try since.value.value(of: record) else { return }
        position.note(value)
    }

    private func records(of page: JSONPage, from place: String, into outlet: SourceOutlet) throws -> [Record]
    {
        var node = page.node
        for key in items?.keys ?? [] {
            guard let inner = node[key] else {
                throw WebAPIError.unexpected(place: place, wanted: "'\(items?.description ?? "")'")
            }
            node = inner
        }
        guard node.kind == .array || node.kind == .object || node.isNull else {
            throw WebAPIError.unexpected(place: place, wanted: "an array of items")
        }
        let found = node.kind == .array ? Array(node.elements) : node.isNull ? [] : [node]
        let objects = found.filter { $0.kind == .object }
        for (index, item) in found.enumerated() where item.kind != .object {
            outlet.reject(SourceProblem(place: place, message: "item \(index + 1) is no JSON object"))
        }
        let first = outlet.indexes(objects.count)
        return objects.enumerated().map {
            Record(chunk: page.chunk, root: $1.index, index: first + UInt64($0))
        }
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
            api.client.credentials = .bearer(Fetching.Secret(token))
        } else if let basic {
            api.client.credentials = .basic(
                user: basic.user, password: Fetching.Secret(basic.password.reveal()))
        }
        api.client.maxSize = maxSize
        api.client.allowPrivate = allowPrivate
        return api
    }
}
