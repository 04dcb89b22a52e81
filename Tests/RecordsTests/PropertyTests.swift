import Records
import TestSupport
import Testing

@Suite("Properties over random JSON")
struct PropertyTests {
    @Test("built, written and parsed again, a value is the same", arguments: 0..<40)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            let value = random.json(depth: 5)
            var builder = ChunkBuilder()
            builder.value(value)
            let (chunk, roots) = builder.finished()
            #expect(JSON(chunk.node(at: roots[0])) == value)
            let text = String(decoding: chunk.node(at: roots[0]).text, as: UTF8.self)
            #expect(text == value.text)
            #expect(try JSON(parsing: text) == value)
            #expect(try JSON(parsing: value.prettyText) == value)
        }
    }

    @Test("parser and builder make the same tape of the same text", arguments: 0..<20)
    func sameTape(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 1000)
        for _ in 0..<20 {
            var builder = ChunkBuilder()
            builder.value(random.json(depth: 4))
            let built = builder.finished().chunk
            let text = UnsafeBufferPointer(start: built.bytes, count: built.byteCount)
            let parsed = try parse(Array(text)).chunk
            #expect(parsed.tapeCount == built.tapeCount)
            #expect((0..<built.tapeCount).allSatisfy { parsed.tape[$0] == built.tape[$0] })
        }
    }

    @Test("on damaged text the parser agrees with the plain scanner", arguments: 0..<60)
    func damaged(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 2000)
        for _ in 0..<200 {
            let text = Array(random.json(depth: 3).text.utf8)
            let bytes = random.mutate(text)
            #expect(
                (parseError(bytes) == nil) == ReferenceScanner.accepts(bytes),
                "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("every beginning of a text is refused without a crash")
    func truncated() {
        let text = Array(#"{"a":[1,-2.5e+3,"x\u00e9\n東🚀",true,false,null],"b":{"c":{}}}"#.utf8)
        for length in 0..<text.count {
            let error = parseError(Array(text[..<length]))
            #expect(error?.kind == .unexpectedEnd || error?.kind == .invalidUTF8, "\(length) bytes")
        }
        #expect(parseError(text) == nil)
    }

    @Test("what is accepted reads like an independent decoding of the same text", arguments: 0..<10)
    func numbersAsTyped(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 3000)
        for _ in 0..<500 {
            let digits = String(UInt64.random(in: 0 ... .max, using: &random))
            let fraction = String(UInt64.random(in: 0 ... .max, using: &random)).prefix(
                Int.random(in: 1...19, using: &random))
            let exponent = Int.random(in: -330...310, using: &random)
            let whole = digits.prefix(Int.random(in: 1...20, using: &random))
            let text = (whole.first == "0" ? "0" : String(whole)) + "." + fraction + "e\(exponent)"
            #expect(try parse(text).read { $0.double } == Double(text), "\(text)")
        }
    }
}
