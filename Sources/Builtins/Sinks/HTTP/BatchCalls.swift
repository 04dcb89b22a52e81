import Fetching
import Logging
import Notation
import PipelineSpec
import Records

/// A request for many records.
struct BatchCalls: Sendable {
    /// Refusals of a batch for which one of its records may be to blame.
    private static let blamesRecord: Set = [400, 413, 422]

    let url: WebURL
    let method: FetchRequest.Method
    let headers: [(name: String, value: Secret)]
    let body: BodyMaker
    let bulk: HTTPBulk
    let keys: DeliveryKeys

    func deliver(
        _ records: [Record], _ courier: HTTPCourier, _ logger: Logger?
    ) async throws -> [Delivery?] {
        var deliveries: [Delivery?] = Array(repeating: nil, count: records.count)
        var parts: [Part] = []
        var size = 0
        for (index, record) in records.enumerated() {
            do {
                let part = Part(index: index, key: keys.key(of: record), bytes: try bytes(of: record))
                if size + part.bytes.count > bulk.maxBytes, !parts.isEmpty {
                    guard try await deliver(parts[...], &deliveries, courier, logger) else {
                        return deliveries
                    }
                    parts = []
                    size = 0
                }
                size += part.bytes.count
                parts.append(part)
            } catch let error where !(error is CancellationError) {
                deliveries[index] = .refused(courier.redacted("\(error)"), status: nil)
            }
        }
        if !parts.isEmpty { _ = try await deliver(parts[...], &deliveries, courier, logger) }
        return deliveries
    }

    /// A record's part of a body.
    private struct Part {
        let index: Int
        let key: String
        let bytes: [UInt8]
    }

    private func bytes(of record: borrowing Record) throws -> [UInt8] {
        guard bulk.form == .lines else { return try body.bytes(record) }
        let action = try bulk.action.map { BatchCalls.line(Array(try $0.template.render(record).utf8)) }
        return (action ?? []) + BatchCalls.line(try body.bytes(record))
    }

    /// JSON on one line, with its end; a template may have been written over several.
    private static func line(_ json: [UInt8]) -> [UInt8] {
        let end = UInt8(ascii: "\n")
        guard json.contains(where: { $0 == end || $0 == UInt8(ascii: "\r") }),
            let value = try? JSON(parsing: json)
        else { return json + [end] }
        return Array(value.text.utf8) + [end]
    }

    /// Sends a batch; one that is refused for what is in it is sent again in halves, until it is known for which records.
    ///
    /// - Returns: whether others may follow.
    private func deliver(
        _ parts: ArraySlice<Part>, _ deliveries: inout [Delivery?], _ courier: HTTPCourier, _ logger: Logger?
    ) async throws -> Bool {
        let delivery = try await courier.deliver(call(parts), logger)
        switch delivery {
        case .refused(_, let status?) where parts.count > 1 && BatchCalls.blamesRecord.contains(status):
            let middle = parts.startIndex + parts.count / 2
            for half in [parts[..<middle], parts[middle...]] {
                guard try await deliver(half, &deliveries, courier, logger) else { return false }
            }
            return true
        case .taken(let answer):
            guard let answers = bulk.answers else { break }
            let judged = answers.judge(answer, count: parts.count, redacted: courier.redacted)
            for (part, delivery) in zip(parts, judged) { deliveries[part.index] = delivery }
            return !judged.contains(where: \.stops)
        default: break
        }
        for part in parts { deliveries[part.index] = delivery }
        return !delivery.stops
    }

    private func call(_ parts: ArraySlice<Part>) -> HTTPCall {
        HTTPCall(
            url: url, method: method, headers: headers, body: body(parts),
            contentType: bulk.form == .lines ? "application/x-ndjson" : "application/json",
            key: keys.key(of: parts.map(\.key)))
    }

    private func body(_ parts: ArraySlice<Part>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(2) { $0 + $1.bytes.count + 1 })
        if bulk.form == .lines {
            for part in parts { bytes += part.bytes }
            return bytes
        }
        bytes.append(UInt8(ascii: "["))
        for part in parts {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += part.bytes
        }
        bytes.append(UInt8(ascii: "]"))
        guard let around = bulk.around else { return bytes }
        // Of these two fields alone, as has been checked.
        let text = try? around.template.render { path in
            path.description == "count"
                ? FieldText(json: "\(parts.count)") : FieldText(json: String(decoding: bytes, as: UTF8.self))
        }
        return text.map { Array($0.utf8) } ?? bytes
    }
}
