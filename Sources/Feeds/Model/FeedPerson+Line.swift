import Notation

extension FeedPerson {
    /// Reads a person from one line: `mail@example.com (Name)`, `Name <mail@example.com>`, a name, an
    /// address.
    package init(line: String) {
        let utf8 = Array(line.utf8)
        guard let address = Self.address(in: utf8) else {
            self.init(name: line, line: line)
            return
        }
        var before = utf8[..<address.lowerBound]
        let scheme: StaticString = "mailto:"
        if before.count >= scheme.utf8CodeUnitCount,
            before.suffix(scheme.utf8CodeUnitCount).map(\.lowercased).elementsEqual(Bytes(of: scheme))
        {
            before = before.dropLast(scheme.utf8CodeUnitCount)
        }
        let rest = Self.withoutEmptyBrackets(before + utf8[address.upperBound...])
        let name = Self.bare(String(decoding: rest, as: UTF8.self))
        self.init(
            name: name.isEmpty ? nil : name, email: String(decoding: utf8[address], as: UTF8.self), line: line
        )
    }

    /// A name without the brackets, quotes and commas around it.
    private static func bare(_ name: String) -> String {
        var name = name.trimmed
        while let first = name.utf8.first, first.isSpace || first == UInt8(ascii: ",") { name.removeFirst() }
        while let last = name.utf8.last, last.isSpace || last == UInt8(ascii: ",") { name.removeLast() }
        // One without the other is what is left of a pair; a pair inside the name belongs to it.
        let (opens, closes) = (name.hasPrefix("("), name.hasSuffix(")"))
        if opens, closes || !name.contains(")") { name.removeFirst() }
        if closes, opens || !name.contains("(") { name.removeLast() }
        name = name.trimmed
        if name.utf8.count > 1, name.utf8.first == .quote, name.utf8.last == .quote {
            name = String(name.dropFirst().dropLast()).trimmed
        }
        return name
    }

    /// Where the first mail address stands, with a `?subject=` that follows it.
    private static func address(in text: [UInt8]) -> Range<Int>? {
        guard let at = text.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        var low = at
        while low > 0, isAddressByte(text[low - 1]) || text[low - 1] == UInt8(ascii: "+") { low -= 1 }
        var high = at + 1
        while high < text.count, isAddressByte(text[high]) { high += 1 }
        while high > at, text[high - 1] == UInt8(ascii: ".") { high -= 1 }
        guard low < at, text[at..<high].contains(UInt8(ascii: ".")) else { return nil }
        if text[high...].starts(with: "?subject=".utf8) {
            while high < text.count, !text[high].isSpace, text[high] != UInt8(ascii: ")") { high += 1 }
        }
        return low..<high
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }

    private static func withoutEmptyBrackets(_ text: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text {
            let closes =
                (byte == UInt8(ascii: ")") && result.last == UInt8(ascii: "("))
                || (byte == .greaterThan && result.last == .lessThan)
                || (byte == UInt8(ascii: "]") && result.last == UInt8(ascii: "["))
            if closes { result.removeLast() } else { result.append(byte) }
        }
        return result
    }
}
