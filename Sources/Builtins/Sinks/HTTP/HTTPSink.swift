import Logging
import PipelineSpec
import Records
import Streaming

/// Sends records to a receiver over HTTP.
///
/// What a receiver has taken cannot be taken back, so each request bears a key that is the same whenever it comes again.
actor HTTPSink: Sink {
    /// How requests are made of records.
    enum Form: Sendable {
        case records(RecordCalls)
        case batches(BatchCalls)
        /// Of what is written at once the last record alone, which stands for all.
        case latest(RecordCalls)
    }

    private let form: Form
    private let courier: HTTPCourier
    private var logger: Logger?

    init(_ form: Form, _ courier: HTTPCourier) {
        self.form = form
        self.courier = courier
    }

    func open(_ opening: SinkOpening) { logger = opening.logger }

    func write(_ records: [Record]) async throws -> [Refusal] {
        if records.isEmpty { return [] }
        let deliveries =
            switch form {
            case .records(let calls): try await calls.deliver(records, courier, logger)
            case .batches(let calls): try await calls.deliver(records, courier, logger)
            case .latest(let calls):
                Array(
                    repeating: try await calls.deliver(records.suffix(1), courier, logger)[0],
                    count: records.count)
            }
        return try HTTPSink.refusals(deliveries)
    }

    func checkpoint() -> SinkPosition? { nil }

    func close() {}

    /// - Parameter deliveries: by the record; nil for those whose turn did not come.
    /// - Throws: the first failure, when no record got anywhere.
    static func refusals(_ deliveries: [Delivery?]) throws -> [Refusal] {
        try RecordFate.refusals(deliveries.map { $0.map(\.fate) })
    }
}

extension Delivery {
    fileprivate var fate: RecordFate {
        switch self {
        case .taken: .taken
        case .refused(let reason, _): .refused(reason)
        case .again(let reason): .again(reason, HTTPProblem.unavailable(reason))
        case .wrong(let cause): .wrong(HTTPMisled(cause: cause))
        }
    }
}
