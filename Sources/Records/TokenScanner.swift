import CSIMD

/// Scans the tokens of a JSON text: each function takes the place of the first byte and answers the one after.
///
/// Safe because the text is followed by ``Chunk/padding`` zero bytes, which no token contains, and no scan looks
/// further ahead than that.
struct TokenScanner {
    typealias Cursor = UnsafePointer<UInt8>

    let base: Cursor
    let end: Cursor
    /// False in JSON Lines, where a line end also ends the value.
    let newlineIsSpace: Bool

    @inline(__always)
    func skipSpace(_ start: Cursor) -> Cursor {
        // Above 0x20 nothing is white space. Compact JSON has none at all, and the usual other is one blank.
        if start[0] > 0x20 { return start }
        return start[0] == 0x20 && start[1] > 0x20 ? start + 1 : skipMoreSpace(start)
    }

    @inline(never)
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

    /// A member name with the colon and the white space after it.
    @inline(__always)
    func name(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        guard start[0] == UInt8(ascii: "\"") else { throw unexpected(at: start, expected: .name) }
        let first = start + 1
        let length = csimd_plain_run(first)
        let last = first + length
        if last[0] == UInt8(ascii: "\""), last[1] == UInt8(ascii: ":"), last[2] > 0x20 {
            return (TapeWord(.string, length: length, offset: first - base), last + 2)
        }
        return try unusualName(first: first, plain: length)
    }

    /// A name with an escape, or with white space around its colon.
    @inline(never)
    private func unusualName(first: Cursor, plain: Int) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        let (word, after) = try string(first: first, plain: plain)
        let colon = skipSpace(after)
        guard colon[0] == UInt8(ascii: ":") else { throw unexpected(at: colon, expected: .colon) }
        return (word, skipSpace(colon + 1))
    }

    /// A string with its quotes.
    @inline(__always)
    func string(at quote: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        try string(first: quote + 1, plain: csimd_plain_run(quote + 1))
    }

    /// A string that begins with so many plain bytes.
    @inline(__always)
    private func string(first: Cursor, plain: Int) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        var last = first + plain
        var kind = NodeKind.string
        if last[0] != UInt8(ascii: "\"") {
            last = try endOfEscapedString(from: last)
            kind = .escapedString
        }
        return (TapeWord(kind, length: last - first, offset: first - base), last + 1)
    }

    /// A number or one of the three words.
    @inline(never)
    func scalar(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        switch start[0] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return try number(at: start)
        default: return try literal(at: start)
        }
    }

    @inline(__always)
    private func literal(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        let four = UInt32(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
        let kind: NodeKind
        switch four {
        case Letters.true: kind = .true
        case Letters.null: kind = .null
        case Letters.fals where start[4] == UInt8(ascii: "e"): kind = .false
        default: throw unknownWord(at: start)
        }
        let length = kind == .false ? 5 : 4
        return (TapeWord(kind, length: length, offset: start - base), start + length)
    }

    /// Four letters in the order of memory on a little-endian machine.
    private enum Letters {
        static let `true`: UInt32 = 0x6575_7274
        static let null: UInt32 = 0x6C6C_756E
        static let fals: UInt32 = 0x736C_6166
    }

    @inline(never)
    private func unknownWord(at start: Cursor) -> JSONError {
        let words: [StaticString] = ["true", "false", "null"]
        guard let word = words.first(where: { $0.utf8Start[0] == start[0] }) else {
            return unexpected(at: start, expected: .value)
        }
        let wrong = (1..<word.utf8CodeUnitCount).first { start[$0] != word.utf8Start[$0] } ?? 0
        return malformed(.invalidLiteral, at: start + wrong)
    }

    @inline(__always)
    private func number(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        let first = start[0] == UInt8(ascii: "-") ? start + 1 : start
        var cursor = try digits(from: first)
        if first[0] == UInt8(ascii: "0"), cursor - first > 1 {
            throw malformed(.invalidNumber, at: first + 1)
        }
        var kind = NodeKind.integer
        if cursor[0] == UInt8(ascii: ".") {
            kind = .decimal
            cursor = try digits(from: cursor + 1)
        }
        if cursor[0] | 0x20 == UInt8(ascii: "e") {
            kind = .decimal
            let isSigned = cursor[1] == UInt8(ascii: "+") || cursor[1] == UInt8(ascii: "-")
            cursor = try digits(from: cursor + (isSigned ? 2 : 1))
        }
        return (TapeWord(kind, length: cursor - start, offset: start - base), cursor)
    }

    /// One digit or more.
    @inline(__always)
    private func digits(from start: Cursor) throws(JSONError) -> Cursor {
        let after = start + csimd_digit_run(start)
        guard after > start else { throw malformed(.invalidNumber, at: start) }
        return after
    }

    /// The error for a byte that does not fit the grammar, or for the end of the text.
    @inline(never)
    func unexpected(at place: Cursor, expected: JSONError.Expectation) -> JSONError {
        malformed(.unexpectedByte(place[0], expected: expected), at: place)
    }

    /// The error for a malformed token, or for the end of the text inside it.
    @inline(never)
    func malformed(_ kind: JSONError.Kind, at place: Cursor) -> JSONError {
        let ended = place >= end || (!newlineIsSpace && place[0] == 0x0A)
        return JSONError(ended ? .unexpectedEnd : kind, at: place - base)
    }
}
