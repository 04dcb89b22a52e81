import Fetching
import PipelineSpec
import Records
import Streaming

import class CEL.EvaluationContext
import struct CEL.EvaluationError
import class CEL.Program

/// A page, and where its items are in it.
struct HTTPJSONPage {
    let json: JSONPage
    let response: FetchResponse
    private let items: UInt32

    /// - Throws: ``WebAPIError/unexpected(place:wanted:)``.
    init(_ json: JSONPage, _ response: FetchResponse, items path: FieldPath?) throws {
        self.json = json
        self.response = response
        let place = "\(response.url)"
        items = try json.read { root in
            var node = root
            for key in path?.keys ?? [] {
                guard let inner = node[key] else {
                    throw WebAPIError.unexpected(place: place, wanted: "'\(path?.description ?? "")'")
                }
                node = inner
            }
            guard node.kind == .array || node.kind == .object || node.isNull else {
                throw WebAPIError.unexpected(place: place, wanted: "an array of items")
            }
            return node.index
        }
    }

    /// Tells the items from those of other pages, whatever else a page says of itself.
    var fingerprint: String { json.read { _ in Fingerprint.of(json.chunk.node(at: items).text) } }

    /// Whether there is anything that can become a record.
    var hasItems: Bool { json.read { _ in !objects.isEmpty } }

    /// The items as records, those that are no objects rejected.
    func records(into outlet: SourceOutlet) -> [Record] {
        json.read { _ in
            for (index, item) in found.enumerated() where item.kind != .object {
                outlet.reject(
                    SourceProblem(place: "\(response.url)", message: "item \(index + 1) is no JSON object"))
            }
            let objects = objects
            let first = outlet.indexes(objects.count)
            return objects.enumerated().map {
                Record(chunk: json.chunk, root: $1.index, index: first + UInt64($0))
            }
        }
    }

    private var found: [Node] {
        let node = json.chunk.node(at: items)
        return node.kind == .array ? Array(node.elements) : node.isNull ? [] : [node]
    }

    private var objects: [Node] { found.filter { $0.kind == .object } }
}

/// Finds the next page.
struct HTTPJSONPages: Sendable {
    private enum Way: Sendable {
        case none, link
        case count(parameter: String, first: Int)
        case cursor(RecordExpression, parameter: String)
    }

    private let way: Way

    /// - Throws: ``WebAPIError/badOptions(_:)`` when two ways are given.
    init(_ options: HTTPJSONNext?, _ context: BuildContext) throws {
        switch (options?.page, options?.cursor) {
        case (nil, nil): way = options?.link == false ? .none : .link
        case (let parameter?, nil): way = .count(parameter: parameter, first: options?.from ?? 1)
        case (nil, let cursor?):
            way = .cursor(
                try RecordExpression(cursor.value, context), parameter: options?.parameter ?? "cursor")
        case (_?, _?):
            throw WebAPIError.badOptions("'next' of 'http_json' takes 'page' or 'cursor', not both")
        }
    }

    /// What is added to the address of the first page.
    var firstQuery: [(name: String, value: String)] {
        if case .count(let parameter, let first) = way { [(parameter, "\(first)")] } else { [] }
    }

    /// Whether a failure to get a further page means that there are no more: who counts learns it in no other way.
    func isEnd(_ error: any Error) -> Bool {
        guard case .count = way else { return false }
        switch error {
        case WebAPIError.gone: return true
        case let error as GivenUp:
            guard case .status(let code, _) = error.cause else { return false }
            return [400, 404, 410, 416, 422].contains(code)
        default: return false
        }
    }

    /// - Returns: nil after the last page.
    func next(after page: HTTPJSONPage) throws -> WebURL? {
        let url = page.response.url
        guard let next = try target(after: page) else { return nil }
        guard next != url else {
            throw WebAPIError.unexpected(place: "\(url)", wanted: "another page as the next one")
        }
        return next
    }

    private func target(after page: HTTPJSONPage) throws -> WebURL? {
        let url = page.response.url
        switch way {
        case .none: return nil
        case .link: return try page.response.links["next"].map { try HTTPJSONPages.follow($0, from: url) }
        case .count(let parameter, let first):
            let (next, isOverflow) = (url.query(parameter).flatMap { Int($0) } ?? first)
                .addingReportingOverflow(1)
            return isOverflow ? nil : url.setting(query: [(parameter, "\(next)")])
        case .cursor(let cursor, let parameter):
            guard page.json.node.kind == .object else {
                throw WebAPIError.unexpected(place: "\(url)", wanted: "an object to take the cursor from")
            }
            let record = Record(chunk: page.json.chunk, root: page.json.root, index: 0)
            let value = try cursor.value(of: record) { node in
                (isEmpty: JSON(node).isEmptyCursor, text: node.parameterText)
            }
            guard let (isEmpty, text) = value, !isEmpty else { return nil }
            guard text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("/") else {
                return url.setting(query: [(parameter, text)])
            }
            return try HTTPJSONPages.follow(text, from: url)
        }
    }

    /// The address that a page names as the next one, if that is at the same server.
    ///
    /// Behind a proxy many servers take themselves for unsecured; they are asked securely all the same.
    ///
    /// - Throws: ``WebAPIError/unexpected(place:wanted:)`` for another server, which the user has not named.
    static func follow(_ reference: String, from url: WebURL) throws -> WebURL {
        let target = url.resolving(reference)
        if let target, target.origin == url.origin { return target }
        if let target, target.host == url.host, target.scheme != url.scheme,
            [target, url].allSatisfy({ $0.port == $0.scheme.defaultPort }),
            let secured = target.scheme == .https ? target : try? WebURL("https" + target.string.dropFirst(4))
        {
            return secured
        }
        throw WebAPIError.unexpected(place: "\(url)", wanted: "a next page at the same server")
    }
}

/// An expression over a record, evaluated to plain data.
struct RecordExpression: Sendable {
    private let program: Program
    private let context: EvaluationContext

    init(_ expression: Expression, _ context: BuildContext) throws {
        program = try context.compile(expression.source)
        self.context = context[EvaluationContextKey.self]
    }

    /// What `read` takes out of the value; nil when a field that it needs is absent.
    func value<Result>(of record: Record, _ read: (Node) -> Result) throws -> Result? {
        var builder = ChunkBuilder()
        do {
            guard try program.append(record, in: context, to: &builder) else { return nil }
        } catch {
            guard error.kind == .missingField else { throw error }
            return nil
        }
        let (chunk, roots) = try builder.finish(origin: record.chunk.origin)
        return withExtendedLifetime(chunk) { roots.first.map { read(chunk.node(at: $0)) } }
    }
}

extension JSON {
    /// What APIs send instead of a cursor when there is no more.
    var isEmptyCursor: Bool { isNull || self == .string("") || self == .bool(false) }
}
