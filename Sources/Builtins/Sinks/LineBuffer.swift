import Records

/// Records as lines of JSON, in memory that is used again.
struct LineBuffer: ~Copyable {
    private var output = OutputBuffer()

    /// The records' lines; valid until the next call.
    ///
    /// - Parameter separator: whether a line end stands before them, for a file whose last line has none.
    mutating func fill(_ records: [Record], separator: Bool = false) -> UnsafeRawBufferPointer {
        output.removeAll()
        if separator { output.append(UInt8(ascii: "\n")) }
        // Through a span, a record is looked at without counting a reference.
        let span = records.span
        for index in span.indices {
            output.append(span[index])
            output.append(UInt8(ascii: "\n"))
        }
        return UnsafeRawBufferPointer(output.bytes)
    }
}
