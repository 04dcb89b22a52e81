import Records
import Streaming

/// A note as a line of the file: a keyed hash of the rest in 16 digits, a space, and `[number, sink, position]`.
///
/// The hash tells lines that are torn, or that another state wrote, from whole ones of this state.
struct NoteLine {
    let number: UInt64
    let sink: String
    let position: SinkPosition

    init(number: UInt64, sink: String, position: SinkPosition) {
        self.number = number
        self.sink = sink
        self.position = position
    }

    /// Nil for a line that is none.
    init?(_ line: ArraySlice<UInt8>, key: SipHashKey) {
        guard line.count > 17, line[line.startIndex + 16] == UInt8(ascii: " ") else { return nil }
        let content = line.dropFirst(17)
        guard
            content.withUnsafeBufferPointer({ NoteLine.digits($0, key: key) }).elementsEqual(line.prefix(16)),
            let fields = try? JSON(parsing: Array(content)).array, fields.count == 3,
            let number = fields[0].int.flatMap(UInt64.init(exactly:)), let sink = fields[1].string,
            let position = fields[2].string
        else { return nil }
        self.init(number: number, sink: sink, position: SinkPosition(json: position))
    }

    /// The line with its end.
    func append(to output: inout OutputBuffer, key: SipHashKey) {
        var content = OutputBuffer(reserving: position.json.utf8.count + 64)
        content.append("[")
        content.append(decimal: Int64(clamping: number))
        content.append(",")
        content.append(quoting: sink)
        content.append(",")
        content.append(quoting: position.json)
        content.append("]")
        NoteLine.digits(content.bytes, key: key).withUnsafeBufferPointer { output.append($0) }
        output.append(" ")
        output.append(content.bytes)
        output.append("\n")
    }

    private static func digits(_ content: UnsafeBufferPointer<UInt8>, key: SipHashKey) -> [UInt8] {
        var hash = SipHash128(key: key)
        hash.update(content)
        let word = hash.finish().high
        return (0..<16).map { place in
            let digit = UInt8(truncatingIfNeeded: word >> (60 - place * 4)) & 0xF
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
