import Records

/// Cuts XML that arrives in pieces into tags and text, mending what feeds get wrong.
///
/// Feeds are often not XML: undeclared HTML entities, bare `&` and `<`, wrong nesting, junk before the
/// prolog, a cut in the middle. A tokenizer that knows where CDATA, comments and tags are is needed to mend
/// these; it is here the only one, so nothing is scanned twice and no recovery deletes text. Declared
/// entities are replaced by their text once and never nest, nothing is fetched, and depth is the reader's
/// concern.
///
/// Use: ``push(_:)`` bytes (valid UTF-8), then call ``next(into:)`` until it returns nil. Ranges and pointers
/// that a token refers to are valid until the next `push`.
struct XMLTokenizer: ~Copyable {
    enum Token: Equatable {
        case startTag, endTag
    }

    enum State {
        case content, comment, instruction
        /// A CDATA section whose end is looked for, and one too long for that.
        case cdata, longCDATA
    }

    /// The longest tag or DOCTYPE that is waited for; beyond it quotes are taken for unbalanced.
    static let tagLimit = 1 << 20
    static let doctypeLimit = 1 << 14
    /// The longest CDATA section whose end is waited for, to see whether it is the right one.
    static let sectionLimit = 1 << 20
    /// How much text declared entities may stand for, besides as much as the document has before them.
    static let entityAllowance = 1 << 20

    var buffer = OutputBuffer(reserving: 1 << 16)
    /// Where the next token begins.
    var position = 0
    /// How far an unfinished tag has been looked at, and inside which quote that was.
    var scanned = 0
    var openQuote: UInt8 = 0
    var state = State.content
    /// No more bytes will come, so nothing is worth waiting for.
    private(set) var isFinished = false
    /// Line ends in the bytes that are no longer in the buffer.
    private var linesBefore = 0
    /// Those bytes.
    private var bytesBefore = 0

    /// The name of the last tag, as written.
    var name = 0..<0
    /// The same of a start tag that is no longer in the buffer.
    private(set) var nameBefore: [UInt8] = []
    /// Up to here no CDATA section ends that begins at ``position`` or later.
    var searchedForSectionEnd = 0
    var attributes: [XMLAttribute] = []
    /// How many attributes of one tag are read.
    var attributeLimit = Int.max
    /// Values of attributes that do not stand in the document as they are.
    var values = OutputBuffer()
    /// Whether the last start tag was `<name/>`.
    var isEmptyElement = false
    /// The text between `<!DOCTYPE` and `>`.
    var doctype: String?
    /// Entities declared in the DOCTYPE, with values that hold no other entity.
    var entities: [String: String] = [:]
    /// The bytes that they have been replaced by.
    private var entityByteCount = 0
    /// What well-formed XML does not have, and was mended.
    private(set) var problems = FeedProblems()

    /// The line of ``position``, from 1.
    var line: Int { linesBefore + buffer.bytes(0..<position).occurrences(of: .newline) + 1 }

    mutating func note(_ kind: FeedProblem.Kind) {
        guard !problems.contains(kind) else { return }
        problems.note(kind, line: line)
    }

    /// The text of a declared entity, unless they have become too much.
    mutating func expansion(of name: Bytes) -> String? {
        guard !entities.isEmpty, let value = entities[String(name)] else { return nil }
        let total = entityByteCount + value.utf8.count
        guard total <= Self.entityAllowance + bytesBefore + position else {
            note(.entitiesTooLong)
            return nil
        }
        entityByteCount = total
        return value
    }

    /// Takes more of the document, which `write` appends to what is there.
    mutating func push(_ write: (inout OutputBuffer) -> Void) {
        if position > 0 {
            linesBefore += buffer.bytes(0..<position).occurrences(of: .newline)
            bytesBefore += position
            // The name of `</>` is empty, but stands somewhere.
            if name.upperBound > 0 { nameBefore = Array(nameOfStartTag ?? Bytes(of: "")) }
            name = 0..<0
            buffer.removeFirst(position)
            scanned = max(0, scanned - position)
            searchedForSectionEnd = max(0, searchedForSectionEnd - position)
            position = 0
        }
        write(&buffer)
    }

    /// Says that the document is over: what is still open is text.
    mutating func finish() { isFinished = true }

    /// Appends the text up to the next tag to `text` and returns the tag, or nil when more bytes are needed.
    ///
    /// Where text means nothing it is read, for what is wrong with it, but not kept.
    mutating func next(into text: inout OutputBuffer, keepingText keepsText: Bool = true) -> Token? {
        while position < buffer.count {
            let before = position
            let stateBefore = state
            switch state {
            case .content:
                guard readText(into: &text, keepsText) else { return nil }
                if let token = readMarkup(into: &text) { return token }
            case .cdata:
                readSection(into: &text)
            case .longCDATA:
                readLongSection(into: &text)
            case .comment:
                skip(to: "-->")
            case .instruction:
                skip(to: ">")
            }
            if position == before, state == stateBefore { return nil }
        }
        return nil
    }

    /// Appends text up to the next `<`; false when there is none yet.
    @inline(__always)
    private mutating func readText(into text: inout OutputBuffer, _ keepsText: Bool) -> Bool {
        let bytes = buffer.bytes
        while true {
            let run = bytes.position(of: .lessThan, or: .ampersand, from: position)
            if keepsText { text.append(position..<run, of: buffer) }
            position = run
            guard run < bytes.count else { return false }
            guard bytes[run] == .ampersand else { return true }
            let rest = bytes.part(run..<bytes.count)
            guard let length = readReference(rest, mayContinue: !isFinished, into: &text) else {
                return false
            }
            position = run + length
        }
    }

    /// Skips past `end`, whose last byte is `>`, back to content.
    private mutating func skip(to end: StaticString) {
        let bytes = buffer.bytes
        let before = end.utf8CodeUnitCount - 1
        while let close = bytes.position(of: .greaterThan, from: max(scanned, position)) {
            scanned = close + 1
            if close - before >= position, bytes.part(close - before..<close + 1).equals(end) {
                position = close + 1
                state = .content
                return
            }
        }
        // What may be the beginning of the end has to stay.
        let kept = isFinished ? 0 : before
        position = max(position, bytes.count - kept)
        scanned = position
    }
}
