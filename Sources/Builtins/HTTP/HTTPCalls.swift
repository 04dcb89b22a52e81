import Fetching
import Notation
import PipelineSpec
import Records

/// What the spec says of the requests of a component.
struct HTTPCalls: Sendable {
    let url: URLTemplate
    let method: FetchRequest.Method
    let headers: [(name: String, value: HeaderTemplate)]
    /// Nil where requests have none.
    let body: BodyMaker?
    var keys: DeliveryKeys

    func call(for record: borrowing Record) throws -> HTTPCall {
        var call = HTTPCall(url: try url.url(record), method: method, key: keys.key(of: record))
        for (name, header) in headers {
            let value = try header.template.render(record)
            // What a record has not is not sent.
            if !value.isEmpty { call.headers.append((name, Secret(value))) }
        }
        call.body = try body?.bytes(record)
        call.contentType = body?.contentType
        return call
    }
}
