/// Checks one JSON value after the other and writes their tape (RFC 8259; the text must be known to be UTF-8).
///
/// Iterative, so that depth costs no stack: see ``OpenContainers``.
struct TapeParser: ~Copyable {
    typealias Cursor = UnsafePointer<UInt8>

    /// A name and the two words of a container.
    private static let wordsPerStep = 3

    let scanner: TokenScanner
    let maximumDepth: Int
    var tape: TapeBuffer
    private let names = ExpectedNames()

    /// `base` begins `count` bytes that are followed by ``Chunk/padding`` zero bytes.
    init(base: Cursor, count: Int, maximumDepth: Int, newlineIsSpace: Bool) {
        scanner = TokenScanner(base: base, end: base + count, newlineIsSpace: newlineIsSpace)
        self.maximumDepth = maximumDepth
        tape = TapeBuffer(capacity: count / 8 + 64)
    }

    /// Parses the value that begins exactly at `start`; answers the place after it.
    mutating func parseValue(at start: Cursor) throws(JSONError) -> Cursor {
        if start[0] == UInt8(ascii: "{") || start[0] == UInt8(ascii: "[") {
            return try parseContainer(at: start)
        }
        let isString = start[0] == UInt8(ascii: "\"")
        let (word, after) = try isString ? scanner.string(at: start) : scanner.scalar(at: start)
        tape.append(word)
        return after
    }

    /// Ends the parsing and hands over what was written.
    consuming func takeTape() -> TapeBuffer { tape }

    private mutating func parseContainer(at start: Cursor) throws(JSONError) -> Cursor {
        // Local copies stay in registers, which the properties of an inout self do not.
        let scanner = scanner
        var cursor = start
        var open = OpenContainers(words: tape.words, used: tape.count)
        let entries = names.entries
        var ordinal = 0
        var lastRoom = tape.capacity &- TapeParser.wordsPerStep

        while true {
            if open.used > lastRoom {
                tape.grow(used: open.used, additional: TapeParser.wordsPerStep)
                open.words = tape.words
                lastRoom = tape.capacity &- TapeParser.wordsPerStep
            }
            if open.isObject {
                let expected = ExpectedNames.slot(entries, ordinal)
                ordinal &+= 1
                if cursor[0] == UInt8(ascii: "\""), ExpectedNames.match(expected, cursor + 1) {
                    open.put(expected.pointee.word.moved(by: cursor + 1 - scanner.base))
                    cursor = scanner.skipSpace(cursor + Int(expected.pointee.byteCount))
                } else {
                    let (name, after) = try scanner.name(at: cursor)
                    ExpectedNames.learn(expected, first: cursor + 1, name: name)
                    open.put(name)
                    cursor = after
                }
            }

            let byte = cursor[0]
            if byte == UInt8(ascii: "\"") {
                let (word, after) = try scanner.string(at: cursor)
                open.put(word)
                cursor = after
            } else if byte & 0xDF == UInt8(ascii: "[") {
                // "[" and "{" differ in one bit.
                guard open.depth < maximumDepth else {
                    throw JSONError(.tooDeep(limit: maximumDepth), at: cursor - scanner.base)
                }
                open.begin(byte == UInt8(ascii: "{") ? .object : .array, at: cursor - scanner.base)
                cursor = scanner.skipSpace(cursor + 1)
                guard cursor[0] == open.closingBracket else { continue }
                cursor += 1
                if open.end(at: cursor - scanner.base) {
                    tape.count = open.used
                    return cursor
                }
            } else {
                let (word, after) = try scanner.scalar(at: cursor)
                open.put(word)
                cursor = after
            }

            // After a value: the next one, or the ends of any number of containers.
            while true {
                open.countValue()
                cursor = scanner.skipSpace(cursor)
                if cursor[0] == UInt8(ascii: ",") {
                    cursor = scanner.skipSpace(cursor + 1)
                    break
                }
                guard cursor[0] == open.closingBracket else {
                    throw scanner.unexpected(
                        at: cursor, expected: open.isObject ? .commaOrBrace : .commaOrBracket)
                }
                cursor += 1
                if open.end(at: cursor - scanner.base) {
                    tape.count = open.used
                    return cursor
                }
            }
        }
    }
}
