import Records
import TestSupport
import Testing

/// Whatever a file holds, its lines are records or rejected, each counted once, however it comes in pieces.
@Suite struct FuzzTests {
    private static let corpus = [
        "{\"id\":1,\"a\":[1,-2.5e3,null,true],\"b\":{\"c\":\"x\\u00e9\\n\"}}\n{\"id\":2}\r\n\n{\"é\":\"日本\"}\n[1]\nx",
        "\u{FEFF}{\"a\":\"\\ud83d\\ude00\\ud800\"}\n{\"a\":9007199254740993,\"a\":0.1}"
    ]
    private static let words = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\n", "\r\n", "null", "true", "{}",
        "{\"a\":", "\u{0}"
    ]

    @Test func anyLines() throws {
        try Fuzzer("json-lines", corpus: Self.corpus, pieces: Self.words).run { input in
            let bytes = input.bytes()
            let limit = input.chance(2) ? 1 << 20 : 50
            let whole = try read([bytes], limit: limit, blockSize: 1 << 20)
            let split = try read(input.pieces(of: bytes, atMost: 30), limit: limit, blockSize: 64)
            if let place = zip(whole, split).first(where: { $0 != $1 }) {
                throw Violation("in one piece '\(place.0)', in several '\(place.1)'")
            }
            guard whole.count == split.count else {
                throw Violation("\(whole.count) and \(split.count) lines")
            }
        }
    }

    /// What became of each line.
    private func read(_ pieces: [[UInt8]], limit: Int, blockSize: Int) throws -> [String] {
        var reader = JSONLinesReader(blockSize: blockSize, recordLimit: limit)
        let parser = JSONLines(recordLimit: limit, maximumDepth: 100)
        var position = JSONLinesPosition.start
        var accepted: [String] = []
        var rejected: [String] = []
        func takeBlocks() throws {
            while let block = reader.next() {
                let parsed = parser.parse(block, origin: testOrigin)
                for var record in parsed.records(at: position) {
                    let text = written(record)
                    let again = try parse(text, with: JSONParser(maximumDepth: 100)).read { JSON($0) }
                    guard again == JSON(record) else { throw Violation("'\(text)' reads as another record") }
                    record.set(Key("new"), to: overlayValue(.int(1)))
                    accepted.append(written(record))
                }
                rejected += parsed.rejectedLines(at: position).map { "\($0)" }
                position.advance(over: parsed)
            }
        }
        for piece in pieces {
            piece.withUnsafeBufferPointer { reader.push($0) }
            try takeBlocks()
        }
        reader.finish()
        try takeBlocks()
        return accepted + rejected + ["\(position)"]
    }
}
