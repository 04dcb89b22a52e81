extension TapeParser {
    /// Strings: from the opening quote to after the closing one.
    @inline(__always)
    func string(at quote: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        let first = quote + 1
        var cursor = scanString(first)
        var kind = NodeKind.string
        while cursor[0] != UInt8(ascii: "\"") {
            cursor = scanString(try skipEscape(at: cursor))
            kind = .escapedString
        }
        return (TapeWord(kind, length: cursor - first, offset: first - base), cursor + 1)
    }

    /// The first byte that a string does not take as it is: a quote, a backslash, a control character.
    @inline(__always)
    private func scanString(_ start: Cursor) -> Cursor {
        var cursor = start
        while cursor[0] != UInt8(ascii: "\"") && cursor[0] != UInt8(ascii: "\\") && cursor[0] >= 0x20 {
            cursor += 1
        }
        return cursor
    }

    private func skipEscape(at backslash: Cursor) throws(JSONError) -> Cursor {
        guard backslash[0] == UInt8(ascii: "\\") else {
            throw malformed(.controlCharacter(backslash[0]), at: backslash)
        }
        switch backslash[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return backslash + 2
        case UInt8(ascii: "u"):
            for digit in 2..<6 where hexValue(backslash[digit]) == nil {
                throw malformed(.invalidEscape, at: backslash + digit)
            }
            return backslash + 6
        default: throw malformed(.invalidEscape, at: backslash + 1)
        }
    }

    /// A number or one of the three words.
    @inline(__always)
    func scalar(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        switch start[0] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return try number(at: start)
        case UInt8(ascii: "\""): return try string(at: start)
        default: return try literal(at: start)
        }
    }

    private func literal(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        let kind: NodeKind
        let letters: StaticString
        switch start[0] {
        case UInt8(ascii: "t"): (kind, letters) = (.true, "true")
        case UInt8(ascii: "f"): (kind, letters) = (.false, "false")
        case UInt8(ascii: "n"): (kind, letters) = (.null, "null")
        default: throw unexpected(at: start, expected: .value)
        }
        let length = letters.utf8CodeUnitCount
        for position in 1..<length where start[position] != letters.utf8Start[position] {
            throw malformed(.invalidLiteral, at: start + position)
        }
        return (TapeWord(kind, length: length, offset: start - base), start + length)
    }

    @inline(__always)
    private func number(at start: Cursor) throws(JSONError) -> (word: TapeWord, after: Cursor) {
        var cursor = start
        var kind = NodeKind.integer
        if cursor[0] == UInt8(ascii: "-") { cursor += 1 }
        if cursor[0] == UInt8(ascii: "0") {
            cursor += 1
            if isDigit(cursor[0]) { throw malformed(.invalidNumber, at: cursor) }
        } else {
            cursor = try digits(from: cursor)
        }
        if cursor[0] == UInt8(ascii: ".") {
            kind = .decimal
            cursor = try digits(from: cursor + 1)
        }
        if cursor[0] | 0x20 == UInt8(ascii: "e") {
            kind = .decimal
            cursor += 1
            if cursor[0] == UInt8(ascii: "+") || cursor[0] == UInt8(ascii: "-") { cursor += 1 }
            cursor = try digits(from: cursor)
        }
        return (TapeWord(kind, length: cursor - start, offset: start - base), cursor)
    }

    /// One digit or more.
    @inline(__always)
    private func digits(from start: Cursor) throws(JSONError) -> Cursor {
        guard isDigit(start[0]) else { throw malformed(.invalidNumber, at: start) }
        var cursor = start + 1
        while isDigit(cursor[0]) { cursor += 1 }
        return cursor
    }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
