import Records

/// The work of the strings extension.
extension Frame {
    private static func int(_ value: Value) -> Int64 { if case .int(let int) = value { int } else { 0 } }

    // MARK: Positions

    /// A part by code points; nil for `end` and `length` means the rest.
    mutating func slice(_ value: Value, from start: Value, to end: Value?, length: Int?) -> Value {
        let text = string(value)
        let first = Frame.int(start)
        if let end, Frame.int(end) < first {
            return failure(.invalidArgument, "substring from \(first) to \(Frame.int(end))")
        }
        guard let from = text.byteOffset(ofScalar: Int(first)) else {
            return failure(.indexOutOfRange, "\(first)")
        }
        var to = text.count
        if let length {
            to = text[from..<text.count].byteOffset(ofScalar: length).map { from + $0 } ?? text.count
        } else if let end {
            guard let offset = text.byteOffset(ofScalar: Int(Frame.int(end))) else {
                return failure(.indexOutOfRange, "\(Frame.int(end))")
            }
            to = offset
        }
        return .text(text[from..<to])
    }

    mutating func indexOf(_ value: Value, _ needle: Value, from start: Value) -> Value {
        let (text, wanted) = (string(value), string(needle))
        let first = Frame.int(start)
        guard first >= 0 else { return failure(.indexOutOfRange, "\(first)") }
        guard let from = text.byteOffset(ofScalar: Int(first)) else { return .int(-1) }
        guard let found = text.firstIndex(of: wanted, from: from) else { return .int(-1) }
        return .int(Int64(text[0..<found].scalarCount))
    }

    mutating func lastIndexOf(_ value: Value, _ needle: Value, through end: Value?) -> Value {
        let (text, wanted) = (string(value), string(needle))
        var through = text.count
        if let end {
            let last = Frame.int(end)
            guard let offset = text.byteOffset(ofScalar: Int(last)), offset < text.count || wanted.isEmpty
            else {
                return failure(.indexOutOfRange, "\(last)")
            }
            through = offset
        }
        // The search backwards compares the whole text at each place.
        guard spend(bytes: text.count * (1 + wanted.count >> 6)) else { return costFailure(at: -1) }
        guard let found = text.lastIndex(of: wanted, through: through) else { return .int(-1) }
        return .int(Int64(text[0..<found].scalarCount))
    }

    // MARK: New texts

    mutating func mapped(_ value: Value, _ transform: (UInt8) -> UInt8) -> Value {
        let text = string(value)
        guard spend(bytes: text.count) else { return costFailure(at: -1) }
        let start = arena.allocate(UInt8.self, count: text.count)
        for position in 0..<text.count { start[position] = transform(text[position]) }
        return .text(Text(start: start, count: text.count))
    }

    /// Arguments: text, what to replace, replacement.
    mutating func replaced(_ arguments: [Value], limit: Value) -> Value {
        let (text, old, new) = (string(arguments[0]), string(arguments[1]), string(arguments[2]))
        let limit = Frame.int(limit)
        var result: [UInt8] = []
        var done: Int64 = 0
        var position = 0
        while limit < 0 || done < limit,
            let found = nextOccurrence(of: old, in: text, from: position, isFirst: done == 0)
        {
            guard spend(bytes: found - position + new.count) else { return costFailure(at: -1) }
            result.append(contentsOf: text[position..<found].utf8)
            result.append(contentsOf: new.utf8)
            position = found + old.count
            done += 1
        }
        result.append(contentsOf: text[position..<text.count].utf8)
        return .text(arena.text(result))
    }

    /// An empty text is found before each character and at the end.
    private func nextOccurrence(of old: Text, in text: Text, from position: Int, isFirst: Bool) -> Int? {
        guard old.isEmpty else { return text.firstIndex(of: old, from: position) }
        if isFirst { return position }
        return text[position..<text.count].byteOffset(ofScalar: 1).map { position + $0 }
    }

    mutating func split(_ value: Value, _ separator: Value, limit: Value) -> Value {
        let (text, separator) = (string(value), string(separator))
        let limit = Frame.int(limit)
        guard limit != 0 else { return .list(arena.list([])) }
        var parts: [Value] = []
        var position = 0
        while limit < 0 || parts.count + 1 < limit {
            guard spend() else { return costFailure(at: -1) }
            let end: Int?
            if separator.isEmpty {
                end = text[position..<text.count].byteOffset(ofScalar: 1).map { position + $0 }
                if end == text.count || end == nil { break }
            } else {
                end = text.firstIndex(of: separator, from: position)
            }
            guard let end else { break }
            parts.append(.text(text[position..<end]))
            position = end + separator.count
        }
        if !separator.isEmpty || position < text.count { parts.append(.text(text[position..<text.count])) }
        return .list(arena.list(parts))
    }

    mutating func joined(_ value: Value, separator: Value?) -> Value {
        guard let list = list(value) else { return value }
        let separator = separator.map { string($0) }
        var result: [UInt8] = []
        for position in 0..<list.count {
            guard let text = text(of: list[position]) else {
                return failure(.noSuchOverload, "join of a list with \(list[position].typeName)")
            }
            guard spend(bytes: text.count + (separator?.count ?? 0)) else { return costFailure(at: -1) }
            if position > 0, let separator { result.append(contentsOf: separator.utf8) }
            result.append(contentsOf: text.utf8)
        }
        return .text(arena.text(result))
    }
}
