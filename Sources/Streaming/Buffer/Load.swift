import Records

/// How much something is: what buffers are bounded by.
package struct Load: Hashable, Sendable {
    package var records: Int
    /// Bytes of memory.
    package var bytes: Int

    package init(records: Int = 0, bytes: Int = 0) {
        self.records = records
        self.bytes = bytes
    }

    package static let none = Load()

    package var isNone: Bool { records == 0 && bytes == 0 }

    package static func + (first: Load, second: Load) -> Load {
        Load(records: first.records + second.records, bytes: first.bytes + second.bytes)
    }

    package static func - (first: Load, second: Load) -> Load {
        Load(records: first.records - second.records, bytes: first.bytes - second.bytes)
    }

    package static func += (first: inout Load, second: Load) { first = first + second }
    package static func -= (first: inout Load, second: Load) { first = first - second }

    /// Whether it is within a bound in both respects.
    func fits(_ capacity: Load) -> Bool { records <= capacity.records && bytes <= capacity.bytes }
}

extension Load {
    init(_ record: borrowing Record) { self.init(records: 1, bytes: record.memorySize) }

    init(_ records: some Sequence<Record>) {
        self.init()
        for record in records { self += Load(record) }
    }
}
