/// The part of a source line that a finding is about, made fit for a terminal, with the underline's place.
struct Excerpt {
    let line: Int
    /// The text to show: tabs are spaces, control characters are pictures, what is too long is cut with `…`.
    let text: String
    /// The columns before the underline, in the shown text.
    let indent: Int
    /// The underline's length in columns, at least 1.
    let length: Int

    /// Columns that a line may take; the finding stays within.
    private static let limit = 100
    private static let tabWidth = 4

    init(of range: SourceRange, in source: SourceText) {
        line = range.start.line
        let bounds = source.lineBounds(line)
        let start = min(max(range.start.offset, bounds.lowerBound), bounds.upperBound)
        let end =
            range.end.line == line ? min(max(range.end.offset, start), bounds.upperBound) : bounds.upperBound
        // A character takes at most a few dozen bytes, so that only this much of a huge line can be shown.
        let first = Self.characterStart(max(bounds.lowerBound, start - 8 * Self.limit), source)
        let last = Self.characterStart(min(bounds.upperBound, start + 8 * Self.limit), source)
        let before = Self.display(source.text(first..<start), from: 0)
        let marked = Self.display(source.text(start..<max(start, min(end, last))), from: before.count)
        let after = Self.display(source.text(min(end, last)..<max(last, min(end, last))), from: 0)

        var (head, cutHead) = Self.suffix(before, columns: Self.limit * 2 / 3)
        cutHead = cutHead || first > bounds.lowerBound
        var tail = marked + after
        let room = Self.limit - Self.columns(head)
        let (kept, cutTail) = Self.prefix(tail, columns: room)
        tail = kept
        if cutHead { head.insert("…", at: 0) }
        indent = Self.columns(head)
        length = max(1, min(Self.columns(marked), room))
        text = String(head) + String(tail) + (cutTail || last < bounds.upperBound ? "…" : "")
    }

    private static func characterStart(_ offset: Int, _ source: SourceText) -> Int {
        var offset = offset
        while offset > 0, offset < source.bytes.count, SourceText.isContinuation(source.bytes[offset]) {
            offset -= 1
        }
        return offset
    }

    private static func display(_ text: String, from column: Int) -> [Character] {
        var result: [Character] = []
        for character in text {
            if character == "\t" {
                let used = column + result.count
                result += Array(repeating: " ", count: tabWidth - used % tabWidth)
            } else {
                result.append(picture(character))
            }
        }
        return result
    }

    private static func picture(_ character: Character) -> Character {
        guard let scalar = character.unicodeScalars.first(where: isUnprintable) else { return character }
        // U+2400 begins the block of pictures of the control characters.
        if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) {
            return Character(picture)
        }
        return "\u{FFFD}"
    }

    private static func columns(_ characters: [Character]) -> Int {
        characters.reduce(0) { $0 + DisplayWidth.of($1) }
    }

    private static func prefix(_ characters: [Character], columns limit: Int) -> ([Character], cut: Bool) {
        var used = 0
        for (index, character) in characters.enumerated() {
            used += DisplayWidth.of(character)
            if used > limit { return (Array(characters[..<index]), true) }
        }
        return (characters, false)
    }

    private static func suffix(_ characters: [Character], columns limit: Int) -> ([Character], cut: Bool) {
        let (kept, cut) = prefix(characters.reversed(), columns: limit)
        return (kept.reversed(), cut)
    }
}
