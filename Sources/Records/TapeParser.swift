import Glibc

/// Checks one JSON value after the other and writes their tape (RFC 8259; strings must be known to be UTF-8).
///
/// Iterative: the open containers are linked through the second word of each, so depth costs no stack.
///
/// Safe because the text is followed by ``Chunk/padding`` zero bytes and every scan stops at a zero byte: at most
/// a few bytes of the padding are read.
struct TapeParser: ~Copyable {
    typealias Cursor = UnsafePointer<UInt8>

    let base: Cursor
    let end: Cursor
    let maximumDepth: Int
    /// False in JSON Lines, where a line end also ends the value.
    let newlineIsSpace: Bool
    var tape: TapeBuffer

    init(base: Cursor, count: Int, maximumDepth: Int, newlineIsSpace: Bool) {
        self.base = base
        end = base + count
        self.maximumDepth = maximumDepth
        self.newlineIsSpace = newlineIsSpace
        tape = TapeBuffer(capacity: count / 8 + 64)
    }

    /// Parses the value that begins exactly at `start`; answers the place after it.
    mutating func parseValue(at start: Cursor) throws(JSONError) -> Cursor {
        switch start[0] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try parseContainer(at: start)
        default:
            tape.grow(used: tape.count, additional: 1)
            let (word, after) = try scalar(at: start)
            tape.append(word)
            return after
        }
    }

    private mutating func parseContainer(at start: Cursor) throws(JSONError) -> Cursor {
        var cursor = start
        var words = tape.words
        var used = tape.count
        var capacity = tape.capacity
        var current = 0
        var count = 0
        var depth = 0
        var inObject = false

        while true {
            if used &+ 4 > capacity {
                tape.grow(used: used, additional: 4)
                words = tape.words
                capacity = tape.capacity
            }
            if inObject {
                guard cursor[0] == UInt8(ascii: "\"") else { throw unexpected(at: cursor, expected: .name) }
                let (name, after) = try string(at: cursor)
                words[used] = name.bits
                used &+= 1
                cursor = skipSpace(after)
                guard cursor[0] == UInt8(ascii: ":") else { throw unexpected(at: cursor, expected: .colon) }
                cursor = skipSpace(cursor + 1)
            }

            var closed = false
            let byte = cursor[0]
            if byte == UInt8(ascii: "\"") {
                let (word, after) = try string(at: cursor)
                words[used] = word.bits
                used &+= 1
                cursor = after
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                guard depth < maximumDepth else {
                    throw JSONError(.tooDeep(limit: maximumDepth), at: cursor - base)
                }
                if depth > 0 {
                    let open = TapeWord(bits: words[current])
                    words[current] = TapeWord(open.kind, length: count, offset: open.offset).bits
                }
                inObject = byte == UInt8(ascii: "{")
                words[used] = TapeWord(inObject ? .object : .array, length: 0, offset: cursor - base).bits
                words[used &+ 1] = UInt64(current)
                current = used
                used &+= 2
                depth &+= 1
                count = 0
                cursor = skipSpace(cursor + 1)
                guard cursor[0] == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { continue }
                closed = true
            } else {
                let (word, after) = try scalar(at: cursor)
                words[used] = word.bits
                used &+= 1
                cursor = after
            }

            // After a value: the next one, or the ends of any number of containers.
            while true {
                if !closed {
                    count &+= 1
                    cursor = skipSpace(cursor)
                    if cursor[0] == UInt8(ascii: ",") {
                        cursor = skipSpace(cursor + 1)
                        break
                    }
                    guard cursor[0] == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                        throw unexpected(at: cursor, expected: inObject ? .commaOrBrace : .commaOrBracket)
                    }
                }
                closed = false
                cursor += 1
                let open = TapeWord(bits: words[current])
                words[current] = TapeWord(open.kind, length: count, offset: open.offset).bits
                let parent = Int(truncatingIfNeeded: words[current &+ 1])
                words[current &+ 1] = TapeWord(next: used, byteCount: cursor - base - open.offset).bits
                depth &-= 1
                if depth == 0 {
                    tape.count = used
                    return cursor
                }
                current = parent
                let outer = TapeWord(bits: words[parent])
                count = outer.length
                inObject = outer.kind == .object
            }
        }
    }

    @inline(__always)
    func skipSpace(_ start: Cursor) -> Cursor {
        // Above 0x20 nothing is white space, and compact JSON has none at all.
        start[0] > 0x20 ? start : skipMoreSpace(start)
    }

    private func skipMoreSpace(_ start: Cursor) -> Cursor {
        var cursor = start
        while true {
            switch cursor[0] {
            case 0x20, 0x09, 0x0D: cursor += 1
            case 0x0A where newlineIsSpace: cursor += 1
            default: return cursor
            }
        }
    }

    /// The error for a byte that does not fit the grammar, or for the end of the text.
    func unexpected(at place: Cursor, expected: JSONError.Expectation) -> JSONError {
        let ended = place >= end || (!newlineIsSpace && place[0] == 0x0A)
        return JSONError(
            ended ? .unexpectedEnd : .unexpectedByte(place[0], expected: expected), at: place - base)
    }

    /// The error for a malformed token, or for the end of the text inside it.
    func malformed(_ kind: JSONError.Kind, at place: Cursor) -> JSONError {
        let ended = place >= end || (!newlineIsSpace && place[0] == 0x0A)
        return JSONError(ended ? .unexpectedEnd : kind, at: place - base)
    }
}

extension TapeParser {
    /// Ends the parsing and hands over what was written.
    consuming func takeTape() -> TapeBuffer { tape }
}
