package import Buffering
import Records

package typealias Load = Buffering.Load

/// In the engine's links records count, and weigh what they take of memory in bytes.
extension Load {
    package init(records: Int, bytes: Int) { self.init(count: records, weight: bytes) }

    package var records: Int { count }
    package var bytes: Int { weight }

    init(_ record: borrowing Record) { self.init(records: 1, bytes: record.memorySize) }

    /// Of all together.
    init(_ records: borrowing [Record]) {
        self.init(records: records.count, bytes: 0)
        // Through a span, a record is looked at without counting a reference.
        let span = records.span
        for index in span.indices { weight += span[index].memorySize }
    }
}
