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
        let expectedNames = names.entries
        var nameCount = 0
        var open = OpenContainers(words: tape.words, used: tape.count)
        var lastRoom = tape.capacity &- TapeParser.wordsPerStep
        var cursor = start
        repeat {
            if open.used > lastRoom {
                tape.grow(used: open.used, additional: TapeParser.wordsPerStep)
                open.words = tape.words
                lastRoom = tape.capacity &- TapeParser.wordsPerStep
            }
            if open.isObject {
                let expected = ExpectedNames.slot(expectedNames, nameCount)
                nameCount &+= 1
                cursor = try open.putName(at: cursor, expected: expected, scanner: scanner)
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
                open.end(at: cursor - scanner.base)
            } else {
                let (word, after) = try scanner.scalar(at: cursor)
                open.put(word)
                cursor = after
            }
            cursor = try open.goOn(after: cursor, scanner: scanner)
        } while open.depth > 0
        tape.count = open.used
        return cursor
    }
}

/// The steps of a container that are neither its beginning nor a value.
extension OpenContainers {
    typealias Cursor = UnsafePointer<UInt8>

    /// A member name with its colon.
    @inline(__always)
    fileprivate mutating func putName(
        at start: Cursor, expected: UnsafeMutablePointer<ExpectedNames.Entry>, scanner: TokenScanner
    ) throws(JSONError) -> Cursor {
        if start[0] == UInt8(ascii: "\""), ExpectedNames.match(expected, start + 1) {
            put(expected.pointee.word.moved(by: start + 1 - scanner.base))
            return scanner.skipSpace(start + Int(expected.pointee.byteCount))
        }
        let (name, after) = try scanner.name(at: start)
        ExpectedNames.learn(expected, first: start + 1, name: name)
        put(name)
        return after
    }

    /// What may follow a value: the ends of any number of containers, then a comma unless the outermost has ended.
    @inline(__always)
    fileprivate mutating func goOn(after value: Cursor, scanner: TokenScanner) throws(JSONError) -> Cursor {
        var cursor = value
        while depth > 0 {
            countValue()
            cursor = scanner.skipSpace(cursor)
            if cursor[0] == UInt8(ascii: ",") { return scanner.skipSpace(cursor + 1) }
            guard cursor[0] == closingBracket else {
                throw scanner.unexpected(at: cursor, expected: isObject ? .commaOrBrace : .commaOrBracket)
            }
            cursor += 1
            end(at: cursor - scanner.base)
        }
        return cursor
    }
}
