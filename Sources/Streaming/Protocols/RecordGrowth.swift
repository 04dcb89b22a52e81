package import Records

/// How large a stage may make a record.
///
/// Expressions multiply: a line of a megabyte becomes a hundred with a few words of a spec. The bytes that a pipeline holds
/// are counted when a stage has made them, so what it makes of one record has a bound of its own.
package enum RecordGrowth {
    /// As long as a line that is read may be, unless told otherwise.
    private static let made = 16_000_000
    /// How many times that, all stages together.
    private static let stages = 4
    /// Values as small as these add up to nothing.
    private static let small = 4096

    /// The most bytes that a stage may make for a record; of a long one as many as were read of it.
    package static func limit(for record: borrowing Record) -> Int { max(made, record.node.text.count) }

    /// Why a record cannot be changed, or nil.
    ///
    /// - Parameter bytes: what was made for it.
    static func refusal(of record: borrowing Record, making bytes: Int) -> RecordTooLarge? {
        guard bytes > small else { return nil }
        let limit = limit(for: record)
        if bytes > limit { return RecordTooLarge(making: limit) }
        return record.byteCount + bytes > stages * limit ? RecordTooLarge(limit: stages * limit) : nil
    }

    /// Why a record cannot take the place of another, or nil.
    static func refusal(of record: borrowing Record, making other: borrowing Record) -> RecordTooLarge? {
        let bytes = other.byteCount
        return bytes > record.byteCount ? refusal(of: record, making: bytes - record.byteCount) : nil
    }
}

/// A stage makes more of a record than it may.
package struct RecordTooLarge: Error, CustomStringConvertible {
    private enum Bound { case made, whole }

    private let bound: Bound
    private let limit: Int

    /// - Parameter limit: what one stage may make for the record.
    package init(making limit: Int) { (bound, self.limit) = (.made, limit) }

    /// - Parameter limit: what the record may be.
    init(limit: Int) { (bound, self.limit) = (.whole, limit) }

    package var description: String {
        switch bound {
        case .made: "the stage makes more than \(limit) bytes of one record"
        case .whole: "the stage makes the record larger than \(limit) bytes"
        }
    }
}
