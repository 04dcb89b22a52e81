import Notation
import Records

/// The addresses in HTML text.
enum HTMLAddresses {
    private static let addressed = PackedWord.set("href src poster cite srcset")
    private static let sourceSet = PackedWord.of("srcset")

    /// The same text with absolute addresses; nothing else is changed.
    static func resolved(_ html: String, base: String) -> String {
        var html = html
        return html.withUTF8 { bytes in
            guard HTMLText.hasRelativeAddress(bytes) else { return nil }
            var output = OutputBuffer(reserving: bytes.count + 256)
            var copied = 0
            var place = 0
            var findings = HTMLTag.Findings()
            while let open = bytes.position(of: .lessThan, from: place) {
                guard let tag = HTMLTag(bytes, at: open, &findings) else {
                    place = open + 1
                    continue
                }
                resolveAttributes(bytes.part(0..<tag.end), from: open + 1, base, &copied, &output)
                place = tag.hidesContent ? tag.endOfElement(bytes) : tag.end
            }
            output.append(bytes.part(copied..<bytes.count))
            return String(valid: output.bytes)
        } ?? html
    }

    /// - Parameters:
    ///   - bytes: the text up to the end of the tag.
    ///   - start: where the name of the tag begins.
    ///   - copied: up to where the text stands in `output`.
    private static func resolveAttributes(
        _ bytes: Bytes, from start: Int, _ base: String, _ copied: inout Int, _ output: inout OutputBuffer
    ) {
        guard start < bytes.count, bytes[start].isLetter else { return }
        var place = endOfWord(bytes, start)
        while place < bytes.count {
            let first = place
            while place < bytes.count, bytes[place].isSpace || bytes[place] == .slash { place += 1 }
            let name = place
            place = endOfWord(bytes, place)
            guard place > name else {
                place = max(place, first) + 1
                continue
            }
            let word = PackedWord.of(bytes.part(name..<place))
            var next = place
            while next < bytes.count, bytes[next].isSpace { next += 1 }
            guard next < bytes.count, bytes[next] == UInt8(ascii: "=") else { continue }
            next += 1
            while next < bytes.count, bytes[next].isSpace { next += 1 }
            let value = self.value(bytes, from: next)
            place = value.end
            guard addressed.contains(word), let new = resolved(bytes.part(value.range), word, base) else {
                continue
            }
            output.append(bytes.part(copied..<value.start))
            var text = new
            output.append(.quote)
            text.withUTF8 { HTMLText.appendEscaped($0, quotes: true, to: &output) }
            output.append(.quote)
            copied = value.end
        }
    }

    /// The value of an attribute, with its quotes and without.
    private static func value(_ bytes: Bytes, from start: Int) -> (start: Int, range: Range<Int>, end: Int) {
        if start < bytes.count, bytes[start] == .quote || bytes[start] == .apostrophe {
            let close = bytes.position(of: bytes[start], from: start + 1) ?? bytes.count
            return (start, start + 1..<close, min(close + 1, bytes.count))
        }
        var end = start
        while end < bytes.count, !bytes[end].isSpace, bytes[end] != .greaterThan { end += 1 }
        return (start, start..<end, end)
    }

    /// Nil where nothing is to be changed.
    private static func resolved(_ value: Bytes, _ word: UInt64, _ base: String) -> String? {
        let written = HTMLText.decodingReferences(String(valid: value))
        if word == sourceSet { return SourceSet.resolved(written, base: base) }
        let address = written.trimmed
        guard let first = address.utf8.first, first != UInt8(ascii: "#"),
            URLReference.scheme(of: address) == nil
        else { return nil }
        let absolute = URLReference.resolve(address, in: base)
        return absolute.isSame(as: written) ? nil : absolute
    }

    private static func endOfWord(_ bytes: Bytes, _ start: Int) -> Int {
        var place = start
        while place < bytes.count, !bytes[place].isSpace,
            ![.slash, .greaterThan, UInt8(ascii: "=")].contains(bytes[place])
        {
            place += 1
        }
        return place
    }
}
