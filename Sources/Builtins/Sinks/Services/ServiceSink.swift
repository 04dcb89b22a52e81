import Diagnostics
import Fetching
import Notation
import PipelineSpec
import Records
import Streaming

/// What the sinks for services have in common: a request for each record, one after the other.
enum ServiceSink {
    static let timeout = Field<Duration>(
        "timeout", default: HTTPCourier.defaultTimeout, "For a whole request.", .positive)

    static let traits = ComponentTraits(sendsRequests: true)

    /// - Parameters:
    ///   - hidden: what no text may show.
    ///   - call: the request for a record; its key tells it from all others.
    static func make(
        _ context: BuildContext, hiding hidden: [String], timeout: Duration, token: Secret? = nil,
        onlyLatest: Bool = false, call: @escaping @Sendable (Record, String) throws -> HTTPCall
    ) throws -> HTTPSink {
        var courier = try HTTPCourier(context, hiding: hidden + [token?.revealed].compactMap(\.self))
        courier.timeout = timeout
        courier.credentials = token.flatMap { $0.isEmpty ? nil : .bearer($0) }
        let keys = DeliveryKeys(pipeline: context.pipeline, sink: context.identity)
        let calls = RecordCalls(concurrency: 1, orderBy: nil) { try call($0, keys.key(of: $0)) }
        return HTTPSink(onlyLatest ? .latest(calls) : .records(calls), courier)
    }

    /// The address of a service's method under that of the server.
    static func url(_ server: String, _ path: String) throws -> WebURL {
        try WebURL((server.hasSuffix("/") ? String(server.dropLast()) : server) + path)
    }

    static func server(_ address: String, _ doc: String) -> Field<String> {
        Field<String>("server", default: address, doc, .httpURL, role: .address)
    }

    static func server(_ doc: String, example: String) -> Field<String> {
        Field<String>("server", doc, .httpURL, example: example, role: .address)
    }
}

/// A part of a message, as long as the service takes it.
struct ServiceText: Sendable {
    let template: PlainTemplate
    let limit: TextLimit?
    var markup = Markup.none

    init(_ template: PlainTemplate, _ limit: TextLimit?, _ markup: Markup = .none) {
        self.template = template
        self.limit = limit
        self.markup = markup
    }

    /// Without blanks around it; empty when there is nothing to say.
    func text(_ record: borrowing Record) throws -> String {
        let text = try template.template.fitted(record, to: limit, markup: markup)
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    /// - Throws: ``NothingToSay`` when it is empty, which no service takes.
    func needed(_ record: borrowing Record) throws -> String {
        let text = try text(record)
        guard !text.isEmpty else { throw NothingToSay() }
        return text
    }
}

/// A message without text.
struct NothingToSay: Error, CustomStringConvertible {
    var description: String { "the message has no text, for the record has none of its fields" }
}

extension JSONLiteral {
    /// An object without the members that have nothing.
    static func present(_ members: KeyValuePairs<String, JSONLiteral?>) -> JSONLiteral {
        .object(
            members.compactMap { name, value in
                guard let value, value != .null, value != "", !value.hasNoEntries else { return nil }
                return Member(name, value)
            })
    }
}
