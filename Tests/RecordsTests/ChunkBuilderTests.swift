import Glibc
import Records
import TestSupport
import Testing

@Suite("Building chunks")
struct ChunkBuilderTests {
    private func text(_ build: (inout ChunkBuilder) -> Void) -> String {
        var builder = ChunkBuilder()
        build(&builder)
        let (chunk, roots) = builder.finished()
        #expect(!roots.isEmpty)
        return withExtendedLifetime(chunk) {
            String(decoding: UnsafeBufferPointer(start: chunk.bytes, count: chunk.byteCount), as: UTF8.self)
        }
    }

    @Test("values stand one a line, members and elements apart by commas")
    func layout() {
        let built = text { builder in
            builder.beginObject()
            builder.key("a")
            builder.beginArray()
            builder.int(-1)
            builder.beginObject()
            builder.endObject()
            builder.string("x")
            builder.endArray()
            builder.key(Key("b"))
            builder.null()
            builder.endObject()
            builder.bool(true)
        }
        #expect(built == "{\"a\":[-1,{},\"x\"],\"b\":null}\ntrue\n")
    }

    @Test(
        "strings are escaped where they must be and nowhere else",
        arguments: [
            ("", "\"\""), ("a/b", "\"a/b\""), ("\"\\", #""\"\\""#),
            ("\u{8}\u{9}\u{A}\u{C}\u{D}", #""\b\t\n\f\r""#),
            ("\u{0}\u{1F}", #""\u0000\u001f""#), ("\u{7F}é🚀\u{2028}", "\"\u{7F}é🚀\u{2028}\""),
            (String(repeating: "x", count: 40) + "\"", "\"" + String(repeating: "x", count: 40) + "\\\"\"")
        ])
    func escaping(string: String, expected: String) {
        #expect(text { $0.string(string) } == expected + "\n")
    }

    @Test("what must be escaped is found at every place of a string of every length", arguments: 1...70)
    func escapingPlaces(length: Int) {
        for place in 0..<length {
            var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
            bytes[place] = UInt8(ascii: "\n")
            let built = text { builder in bytes.withUnsafeBufferPointer { builder.string(utf8: $0) } }
            let (before, after) = (place, length - place - 1)
            let expected =
                String(repeating: "x", count: before) + "\\n" + String(repeating: "x", count: after)
            #expect(built == "\"\(expected)\"\n")
        }
    }

    @Test("a member of plain text is a key and a string")
    func plainMembers() {
        let built = text { builder in
            builder.beginObject()
            builder.key(plain: "a")
            builder.int(1)
            Array("x\"".utf8).withUnsafeBufferPointer { builder.member(plain: "b", utf8: $0) }
            builder.key("c")
            builder.null()
            builder.endObject()
        }
        #expect(built == #"{"a":1,"b":"x\"","c":null}"# + "\n")
    }

    @Test("numbers read back as they were given; what JSON cannot say is null")
    func numbers() {
        #expect(text { $0.int(.min) } == "-9223372036854775808\n")
        #expect(text { $0.int(0) } == "0\n")
        #expect(text { $0.uint(.max) } == "18446744073709551615\n")
        #expect(text { $0.double(2) } == "2.0\n")
        #expect(text { $0.double(0.1) } == "0.1\n")
        #expect(text { $0.double(-0.0) } == "-0.0\n")
        #expect(text { $0.double(.nan) } == "null\n")
        #expect(text { $0.double(-.infinity) } == "null\n")
    }

    @Test("copied nodes keep their text and can be read at their new place", arguments: 0..<20)
    func copying(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 9000)
        for _ in 0..<20 {
            let value = random.json(depth: 4)
            let source = try parse("[0,\(value.prettyText)]")
            var builder = ChunkBuilder()
            builder.string("before")
            builder.beginObject()
            builder.key("copy")
            source.read { root in if let node = root[1] { builder.copy(node) } }
            builder.key("after")
            builder.int(1)
            builder.endObject()
            let (chunk, roots) = builder.finished()
            let copy = chunk.node(at: roots[1])
            #expect(copy["copy"].map { JSON($0) } == value)
            #expect(copy["after"]?.int == 1)
            #expect(
                copy["copy"].map { Array($0.text) } == source.read { root in root[1].map { Array($0.text) } })
        }
    }
}

@Suite("The JSON enum")
struct JSONTests {
    @Test("objects keep their order, names once, and are equal in any order")
    func objects() throws {
        let value = try JSON(parsing: #"{"b":1,"a":2,"b":3}"#)
        #expect(value.text == #"{"b":3,"a":2}"#)
        #expect(value == ["a": 2, "b": 3])
        let reordered: JSON = ["a": 2, "b": 3]
        #expect(value.hashValue == reordered.hashValue)
        #expect(value != ["a": 2])
        var members = try #require(value.object)
        members["b"] = nil
        members["c"] = [1, 2.5, nil, true, "x"]
        #expect(JSON.object(members).text == #"{"a":2,"c":[1,2.5,null,true,"x"]}"#)
    }

    @Test("values are found inside")
    func access() throws {
        let value = try JSON(parsing: #"{"a":[1,{"b":"x"}],"c":1.5,"d":false}"#)
        #expect(value["a"]?[1]?["b"]?.string == "x")
        #expect(value["a"]?[0]?.double == 1)
        #expect(value["a"]?[2] == nil)
        #expect(value["c"]?.int == nil)
        #expect(value["d"]?.bool == false)
        #expect(value["missing"] == nil)
    }

    @Test("integers beyond Int64 become doubles")
    func largeIntegers() throws {
        #expect(try JSON(parsing: "18446744073709551615") == .double(0x1p64))
        #expect(try JSON(parsing: "9223372036854775807") == .int(.max))
    }

    @Test("pretty text is indented, empty containers stay on their line")
    func pretty() {
        let value: JSON = ["a": [1, [:]], "b": []]
        #expect(value.prettyText == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
    }
}

@Suite("Chunks that run full")
struct FullChunkTests {
    /// So many zero bytes, which take no memory as long as nobody looks at them.
    private func zeros(_ count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard let memory = calloc(count, 1) else { return }
        defer { free(memory) }
        body(UnsafeBufferPointer(start: memory.assumingMemoryBound(to: UInt8.self), count: count))
    }

    @Test("a text that no word can tell of is an error at the end")
    func longText() {
        zeros(TapeWord.maximumLength + 1) { text in
            var builder = ChunkBuilder()
            builder.beginObject()
            builder.key("a")
            builder.string(utf8: text)
            builder.key(utf8: text)
            builder.int(1)
            builder.endObject()
            let (isTooLarge, byteCount) = (builder.isTooLarge, builder.byteCount)
            #expect(isTooLarge && byteCount < 100)
            do throws(ChunkTooLarge) {
                _ = try builder.finish(origin: testOrigin)
                Issue.record("a chunk of what no chunk can hold")
            } catch {}
        }
    }

    @Test("a text that is too long only with its escapes is one too")
    func escapedText() {
        // Each byte becomes six.
        zeros(TapeWord.maximumLength / 6 + 1) { text in
            var builder = ChunkBuilder()
            builder.string(utf8: text)
            builder.string("after")
            let (isTooLarge, rootCount) = (builder.isTooLarge, builder.rootCount)
            #expect(isTooLarge && rootCount == 2)
            do throws(ChunkTooLarge) {
                _ = try builder.finish(origin: testOrigin)
                Issue.record("a chunk of what no chunk can hold")
            } catch {}
        }
    }
}
