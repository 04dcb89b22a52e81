import Notation
import Records

/// CDATA sections, with the ends that people give them.
///
/// A section ends with `]]>` and holds what it likes until then. Where that end is misspelt (`]] >`, `]>`, `]]&gt;`) or
/// missing, the next one is some items further on, and all between would be this text. Two things tell such a section:
/// another begins inside it, or it has no end at all. It ends then where its element's end tag is written.
extension XMLTokenizer {
    mutating func beginSection(length: Int) {
        state = .cdata
        position += length
        searchedForSectionEnd = max(searchedForSectionEnd, position)
    }

    /// The name of the start tag that was the last tag, if its bytes are still there.
    var nameOfStartTag: Bytes? {
        guard name.lowerBound > 0, buffer.bytes[name.lowerBound - 1] == .lessThan else { return nil }
        return nameBytes
    }

    /// Takes a section when its end has arrived, or when it has become too long to wait for that.
    mutating func readSection(into text: inout OutputBuffer) {
        let limit = position.advanced(by: Self.sectionLimit)
        let bytes = buffer.bytes(0..<min(buffer.count, limit))
        let mayContinue = !isFinished && buffer.count < limit
        let end = bytes.sectionEnd(from: searchedForSectionEnd)
        searchedForSectionEnd = max(position, end ?? bytes.count - 2)
        if end == nil, mayContinue { return }
        let nested = bytes.part(0..<(end ?? bytes.count)).position(ofSectionStart: position)
        if end == nil || nested != nil {
            if let missed = missedEnd(bytes, before: nested ?? end ?? bytes.count, end) {
                note(.badSection)
                return take(position..<missed.text, continuingAt: missed.tag, into: &text)
            }
            if let end, let nested {
                guard let ends = endsOfNested(bytes, first: end, nested, mayContinue) else { return }
                if ends.count > 1 { return take(nestedWith: ends, into: &text) }
            }
        }
        if let end {
            guard let next = endOfRepeatedEnd(after: end) else { return }
            return take(position..<end, continuingAt: next, into: &text)
        }
        if isFinished, bytes.count == buffer.count {
            return take(position..<bytes.count, continuingAt: bytes.count, into: &text)
        }
        state = .longCDATA
    }

    /// Passes on what has arrived of a section that is too long to be held.
    mutating func readLongSection(into text: inout OutputBuffer) {
        let bytes = buffer.bytes
        if let end = bytes.sectionEnd(from: searchedForSectionEnd) {
            return take(position..<end, continuingAt: end + 3, into: &text)
        }
        // What may be the beginning of the end has to stay.
        let kept = isFinished ? bytes.count : max(position, bytes.count - 2)
        take(position..<kept, continuingAt: kept, into: &text)
        if !isFinished { state = .longCDATA }
        searchedForSectionEnd = kept
    }

    private mutating func take(_ section: Range<Int>, continuingAt next: Int, into text: inout OutputBuffer) {
        text.append(buffer.bytes(section))
        position = next
        scanned = next
        state = .content
    }

    /// Where the text behind the `]]>` at `end` begins: another `]]>` there, which no text may hold, is left out. Nil when
    /// more bytes are needed to tell.
    private mutating func endOfRepeatedEnd(after end: Int) -> Int? {
        let next = buffer.bytes((end + 3)..<min(buffer.count, end + 6))
        guard next.isEmpty || next[0] == UInt8(ascii: "]") else { return end + 3 }
        guard next.count == 3 || isFinished else { return nil }
        guard next.equals("]]>") else { return end + 3 }
        note(.badSection)
        return end + 6
    }

    // MARK: Ends that are missing

    /// Where the element's end tag stands before `limit`, and where the text before it ends; nil when there is none.
    ///
    /// A section whose `]]>` stands for one in a text (`]]]]><![CDATA[>`) holds such tags rightly.
    private func missedEnd(_ bytes: Bytes, before limit: Int, _ end: Int?) -> (text: Int, tag: Int)? {
        if let end, end >= position + 2, bytes.part((end - 2)..<end).equals("]]") { return nil }
        let bytes = bytes.part(0..<limit)
        let name = openName
        guard !name.isEmpty,
            // The element's own end tag may be missing as well.
            let tag = bytes.position(ofEndTag: name, from: position)
                ?? bytes.position(ofEndTag: Array("item".utf8), from: position)
                ?? bytes.position(ofEndTag: Array("entry".utf8), from: position)
        else { return nil }
        return (bytes.part(0..<tag).endWithoutBrackets(from: position), tag)
    }

    /// The name of the element that the section stands in; empty when another element of it ended before.
    private var openName: [UInt8] {
        if let name = nameOfStartTag { return Array(name) }
        return name.upperBound == 0 ? nameBefore : []
    }

    // MARK: Sections in sections

    /// The ends of the sections that begin in this one and of itself, if each has one before the element's end tag; nil
    /// when more bytes are needed to tell. One alone means that only XML's own rule helps.
    private func endsOfNested(
        _ bytes: Bytes, first: Int, _ nested: Int, _ mayContinue: Bool
    ) -> [Int]? {
        var ends = [first]
        var starts = 0
        var next: Int? = nested
        while let start = next {
            starts += 1
            next = bytes.part(0..<first).position(ofSectionStart: start + 9)
        }
        let name = openName
        while ends.count <= starts {
            let from = ends[ends.count - 1] + 3
            guard let end = bytes.sectionEnd(from: from) else {
                guard mayContinue else { break }
                return nil
            }
            let between = bytes.part(from..<end)
            guard between.position(ofSectionStart: 0) == nil,
                between.position(ofEndTag: name, from: 0) == nil
            else { break }
            ends.append(end)
        }
        return ends
    }

    private mutating func take(nestedWith ends: [Int], into text: inout OutputBuffer) {
        note(.badSection)
        var from = position
        while let start = buffer.bytes(0..<ends[0]).position(ofSectionStart: from) {
            text.append(buffer.bytes(from..<start))
            from = start + 9
        }
        for end in ends {
            text.append(buffer.bytes(from..<end))
            from = end + 3
        }
        take(from..<from, continuingAt: from, into: &text)
    }

    // MARK: Beginnings

    /// The length of `<! [ CDATA [` with spaces or without one of the brackets, 0 when more bytes are needed to tell.
    func lengthOfBadSectionStart(_ bytes: Bytes) -> Int? {
        let limit = min(bytes.count, position + 24)
        var i = position + 2
        var brackets = 0
        func skip() {
            while i < limit, bytes[i].isSpace || bytes[i] == UInt8(ascii: "[") {
                brackets += bytes[i].isSpace ? 0 : 1
                i += 1
            }
        }
        skip()
        for letter in "cdata".utf8 {
            guard i < limit else { return isFinished || limit < bytes.count ? nil : 0 }
            guard bytes[i].lowercased == letter else { return nil }
            i += 1
        }
        skip()
        if i == bytes.count, !isFinished { return 0 }
        return brackets > 0 ? i - position : nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the next `]]>` begins.
    fileprivate func sectionEnd(from start: Int) -> Int? {
        var from = start
        while let bracket = position(of: UInt8(ascii: "]"), from: from), bracket + 2 < count {
            if self[bracket + 1] == UInt8(ascii: "]"), self[bracket + 2] == .greaterThan { return bracket }
            from = bracket + 1
        }
        return nil
    }

    /// Where the next `<![CDATA[` begins; brackets are rarer than tags.
    fileprivate func position(ofSectionStart start: Int) -> Int? {
        var from = start + 2
        while let bracket = position(of: UInt8(ascii: "["), from: from) {
            if bracket + 7 <= count, part((bracket - 2)..<(bracket + 7)).hasPrefixIgnoringCase("<![cdata[") {
                return bracket - 2
            }
            from = bracket + 1
        }
        return nil
    }

    /// Where the next `</name>` begins that has markup or nothing behind it; nil for no name.
    fileprivate func position(ofEndTag name: [UInt8], from start: Int) -> Int? {
        guard !name.isEmpty else { return nil }
        return name.withUnsafeBufferPointer { name in
            var i = start
            while let tag = position(of: .lessThan, from: i) {
                if hasEndTag(name, at: tag) { return tag }
                i = tag + 1
            }
            return nil
        }
    }

    /// Whether `</name>` stands at `start`, with markup or nothing behind it.
    fileprivate func hasEndTag(_ name: Bytes, at start: Int) -> Bool {
        var i = start + 2 + name.count
        guard i < count, self[start + 1] == .slash, part((start + 2)..<i).equalsIgnoringCase(name) else {
            return false
        }
        while i < count, self[i].isSpace { i += 1 }
        guard i < count, self[i] == .greaterThan else { return false }
        i += 1
        while i < count, self[i].isSpace { i += 1 }
        return i == count || self[i] == .lessThan
    }

    /// The end without what was meant to be `]]>`, and the white space before it.
    fileprivate func endWithoutBrackets(from start: Int) -> Int {
        var end = count
        func dropSpaces() { while end > start, self[end - 1].isSpace { end -= 1 } }
        func drop(_ text: StaticString) -> Bool {
            let length = text.utf8CodeUnitCount
            guard end - length >= start, part((end - length)..<end).equals(text) else { return false }
            end -= length
            dropSpaces()
            return true
        }
        dropSpaces()
        let text = end
        let isClosed = drop("&gt;") || drop(">") || drop("&gt")
        var brackets = 0
        while drop("]") { brackets += 1 }
        return brackets > 1 || brackets == 1 && isClosed ? end : text
    }
}
