import Logging
import PipelineSpec
import Records

/// A request for each record, several of them at the same time.
struct RecordCalls: Sendable {
    let concurrency: Int
    /// What keeps its order; nil where all may go at the same time.
    let orderBy: FieldPath?
    let call: @Sendable (Record) throws -> HTTPCall

    func deliver(
        _ records: [Record], _ courier: HTTPCourier, _ logger: Logger?
    ) async throws -> [Delivery?] {
        var order = DeliveryOrder(concurrency > 1 ? records.map(key) : records.map { _ in nil })
        var deliveries: [Delivery?] = Array(repeating: nil, count: records.count)
        try await withThrowingTaskGroup(of: (Int, Delivery).self) { group in
            var underWay = 0
            while true {
                while underWay < concurrency, let index = order.begin() {
                    let record = records[index]
                    group.addTask { (index, try await deliver(record, courier, logger)) }
                    underWay += 1
                }
                guard underWay > 0, let (index, delivery) = try await group.next() else { return }
                underWay -= 1
                deliveries[index] = delivery
                order.end(index, stops: delivery.stops)
            }
        }
        return deliveries
    }

    private func deliver(
        _ record: Record, _ courier: HTTPCourier, _ logger: Logger?
    ) async throws -> Delivery {
        let call: HTTPCall
        do {
            call = try self.call(record)
        } catch {
            return .refused(courier.redacted("\(error)"), status: nil)
        }
        return try await courier.deliver(call, logger)
    }

    private func key(_ record: Record) -> String? {
        orderBy?.node(in: record).map { $0.json }
    }
}
