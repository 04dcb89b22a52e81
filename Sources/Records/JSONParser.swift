import Glibc

/// Parses one JSON text (RFC 8259) into a chunk with one root.
///
/// Accepts a byte order mark before the text. Refuses invalid UTF-8. An escape of a lone surrogate (`\ud800`) is
/// accepted, as the RFC's grammar has it, and reads as U+FFFD.
package struct JSONParser: Sendable {
    /// The largest number of containers inside one another.
    package static let defaultMaximumDepth = 512

    package let maximumDepth: Int
    /// The largest text in bytes; never above what a tape word can hold.
    package let maximumByteCount: Int

    package init(
        maximumDepth: Int = JSONParser.defaultMaximumDepth, maximumByteCount: Int = TapeWord.maximumLength
    ) {
        self.maximumDepth = maximumDepth
        self.maximumByteCount = min(maximumByteCount, TapeWord.maximumLength)
    }

    /// Parses a copy of `utf8`; answers a chunk and the tape index of the root.
    package func parse(
        _ utf8: UnsafeBufferPointer<UInt8>, origin: Origin
    ) throws(JSONError) -> (chunk: Chunk, root: UInt32) {
        guard utf8.count <= maximumByteCount else {
            throw JSONError(.tooLarge(limit: maximumByteCount), at: maximumByteCount)
        }
        var buffer = OutputBuffer(reserving: utf8.count)
        buffer.append(utf8)
        let (memory, count) = buffer.release()
        do {
            let tape = try parse(padded: UnsafeBufferPointer(start: memory, count: count)).release()
            let chunk = Chunk(
                origin: origin, adoptingBytes: memory, byteCount: count, adoptingTape: tape.words,
                tapeCount: tape.count)
            return (chunk, 0)
        } catch {
            free(memory)
            throw error
        }
    }

    /// Parses a copy of `text`.
    package func parse(_ text: String, origin: Origin) throws(JSONError) -> (chunk: Chunk, root: UInt32) {
        var text = text
        let result = text.withUTF8 { utf8 in
            Result { () throws(JSONError) in try parse(utf8, origin: origin) }
        }
        return try result.get()
    }

    /// Parses text that is followed by ``Chunk/padding`` zero bytes.
    private func parse(padded text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> TapeBuffer {
        guard let base = text.baseAddress else { throw JSONError(.unexpectedEnd, at: 0) }
        let invalid = UTF8Validation.firstInvalid(in: text)
        var parser = TapeParser(
            base: base, count: text.count, maximumDepth: maximumDepth, newlineIsSpace: true)
        let failure: JSONError?
        do throws(JSONError) {
            let start = base + (text.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
            let after = parser.scanner.skipSpace(try parser.parseValue(at: parser.scanner.skipSpace(start)))
            failure = after == parser.scanner.end ? nil : JSONError(.trailingContent, at: after - base)
        } catch {
            failure = error
        }
        if let invalid, invalid <= failure?.offset ?? text.count {
            throw JSONError(.invalidUTF8, at: invalid)
        }
        if let failure { throw failure }
        return parser.takeTape()
    }
}

/// U+FEFF in UTF-8, which some writers put before a text.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
