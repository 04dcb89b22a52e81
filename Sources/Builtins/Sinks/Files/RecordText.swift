package import Records
package import Streaming

/// How records are written, one behind the other.
package protocol RecordText: Sendable {
    /// Appends the texts of the records, each with what ends it.
    ///
    /// - Returns: the records that have no such text, in rising order; all others were appended.
    func append(_ records: [Record], to output: inout OutputBuffer) -> [Refusal]
}

/// A line of JSON for each record.
package struct JSONLinesText: RecordText {
    package init() {}

    package func append(_ records: [Record], to output: inout OutputBuffer) -> [Refusal] {
        // Through a span, a record is looked at without counting a reference.
        let span = records.span
        for index in span.indices {
            output.append(span[index])
            output.append(UInt8(ascii: "\n"))
        }
        return []
    }
}

/// The texts of records, in memory that is used again.
struct TextBuffer: ~Copyable {
    private var output = OutputBuffer()

    /// The records' texts; valid until the next ``fill(_:as:separator:)``.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(output.bytes) }

    /// - Parameter separator: whether a line end stands before them, for a file whose last line has none.
    /// - Returns: the records that have no such text, in rising order.
    mutating func fill(
        _ records: [Record], as text: some RecordText, separator: Bool = false
    ) -> [Refusal] {
        output.removeAll()
        if separator { output.append(UInt8(ascii: "\n")) }
        return text.append(records, to: &output)
    }
}
