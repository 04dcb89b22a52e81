import Feeds
import Fetching
import Foundation
import Notation
import PipelineSpec
import Records
import State
import Streaming

/// One JSON text, with what keeps its nodes alive.
struct JSONPage {
    let chunk: Chunk
    let root: UInt32

    /// Valid while the page is, which only ``read(_:)`` makes sure of where nothing else holds it.
    var node: Node { chunk.node(at: root) }

    /// Takes something out of the page while it is certainly there.
    func read<Value>(_ body: (Node) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(chunk) { try body(node) }
    }

    /// - Parameter place: where the text is from, for errors.
    init(_ bytes: [UInt8], from place: String, origin: Origin) throws {
        do {
            (chunk, root) = try bytes.withUnsafeBufferPointer { text throws(JSONError) in
                try JSONParser().parse(text, origin: origin)
            }
        } catch {
            throw WebAPIError.notJSON(place: place, error)
        }
    }

    /// Reads a document from a file.
    init(file: ReadableFile, limit: Int, origin: Origin) throws {
        try self.init(try file.readAll(limit: limit), from: "\(file.path)", origin: origin)
    }
}

/// Asks an API for JSON documents.
struct WebAPI: Sendable {
    var client: WebClient

    /// - Throws: ``NoFetcher``.
    init(_ context: BuildContext) throws { client = try WebClient(context) }

    /// The document at an address.
    ///
    /// - Throws: ``GivenUp``, ``WebAPIError``.
    func get(
        _ url: WebURL, for outlet: SourceOutlet
    ) async throws -> (page: JSONPage, response: FetchResponse) {
        let (page, response) = try await get(url, validators: nil, for: outlet)
        guard let page else { throw WebAPIError.noPage(response) }
        return (page, response)
    }

    /// The document at an address; no page when it has not changed since the validators were made, is gone, or is
    /// empty.
    ///
    /// - Parameters:
    ///   - home: the address that headers and credentials are meant for, where it is another one.
    ///   - opening: called when a document has come, before its items are made.
    /// - Throws: ``GivenUp``, ``WebAPIError``.
    func get(
        _ url: WebURL, home: WebURL? = nil, validators: Validators?, for outlet: SourceOutlet,
        opening: () throws -> Void = {}
    ) async throws -> (page: JSONPage?, response: FetchResponse) {
        var request = request(url, home: home)
        request.validators = validators
        return try await send(request, for: outlet, opening: opening)
    }

    /// The answer to a form.
    func post(
        _ url: WebURL, form: [(name: String, value: String)], for outlet: SourceOutlet
    ) async throws -> JSONPage {
        var request = request(url)
        request.method = .post
        request.body = Array(WebURL.form(form).utf8)
        request.headers.append(("Content-Type", Secret("application/x-www-form-urlencoded")))
        let (page, response) = try await send(request, for: outlet)
        guard let page else { throw WebAPIError.noPage(response) }
        return page
    }

    private func request(_ url: WebURL, home: WebURL? = nil) -> FetchRequest {
        var request = client.request(url, home: home)
        request.accept = "application/json"
        return request
    }

    private func send(
        _ request: FetchRequest, for outlet: SourceOutlet, opening: () throws -> Void = {}
    ) async throws -> (page: JSONPage?, response: FetchResponse) {
        let response = try await client.fetch(request, for: outlet)
        if request.method == .get { client.rest(outlet, PollSchedule.Hints(response)) }
        guard let body = response.body else { return (nil, response) }
        let bytes = try await body.collect()
        if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return (nil, response) }
        if response.mediaType?.isHTML == true { throw WebAPIError.htmlPage(place: "\(response.url)") }
        try opening()
        return (try JSONPage(bytes, from: "\(response.url)", origin: outlet.origin()), response)
    }
}

/// Why an API's answer is of no use.
enum WebAPIError: PermanentFailure, CustomStringConvertible {
    case notJSON(place: String, JSONError)
    /// A login form or an error page instead of data.
    case htmlPage(place: String)
    case gone(place: String)
    /// Nothing, where there should be a document.
    case empty(place: String)
    /// The document has another shape than the API's.
    case unexpected(place: String, wanted: String)
    case badOptions(String)

    var description: String {
        switch self {
        case .notJSON(let place, let error): "\(place): this is no valid JSON: \(error)"
        case .htmlPage(let place): "\(place): this is an HTML page, not JSON"
        case .gone(let place): "\(place) is gone for good (410)"
        case .empty(let place): "\(place): the answer is empty"
        case .unexpected(let place, let wanted): "\(place): \(wanted) expected"
        case .badOptions(let text): text
        }
    }

    /// Why a response has no page although nothing was said of what is known already.
    static func noPage(_ response: FetchResponse) -> WebAPIError {
        if case .gone = response.outcome { return .gone(place: "\(response.url)") }
        return .empty(place: "\(response.url)")
    }

    /// Whether an error comes of one document only, so that others of the same API may well be read.
    static func concernsOneDocument(_ error: any Error) -> Bool {
        switch error {
        case is WebAPIError: true
        case let error as GivenUp: error.cause.concernsOneDocument
        case let error as FetchError: error.concernsOneDocument
        default: false
        }
    }
}

extension FetchError {
    fileprivate var concernsOneDocument: Bool {
        switch self {
        case .status, .decoding: !isRetryable
        case .invalidURL, .redirectRefused, .redirectLoop, .tooManyRedirects, .tooLarge: true
        case .invalidHeader, .hostNotFound, .connectionRefused, .connectionFailed, .tls, .proxy, .timedOut,
            .throttled, .malformedResponse, .brokenOff:
            false
        }
    }
}

extension SourceOutlet {
    /// Sends the items of a document in a file, each time that the file is read.
    func send(
        file path: String, limit: Int = FetchRequest.defaultMaxSize, from anchor: Anchor?,
        _ items: (JSONPage) throws -> [any ItemDescription]
    ) async throws {
        let file = try ReadableFile(path: path, as: .document)
        var position = DocumentPosition(anchor)
        try position.open(into: self)
        try position.begin(fingerprint: file.fingerprint, into: self)
        let page = try JSONPage(file: file, limit: limit, origin: origin())
        try await send(try items(page))
        try await position.end(into: self)
    }
}

extension Anchor {
    /// A position as JSON text, with its members in a fixed order.
    init(encoding value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(value)) ?? Data("{}".utf8)
        self.init(json: String(decoding: data, as: UTF8.self))
    }

    /// Nil for an anchor of another kind of source.
    func decode<Value: Decodable>(_ type: Value.Type) -> Value? {
        try? JSONDecoder().decode(type, from: Data(json.utf8))
    }
}
