import Records
import TestSupport
import Testing

@Suite("Changing records")
struct OverlayTests {
    @Test("a changed field keeps its place, a new one goes to the end, a removed one is gone")
    func order() {
        var record = records(#"{"a":1,"b":2,"c":3}"#)[0]
        record.set(Key("b"), to: overlayValue(["x": "é\"\n"]))
        record.set(Key("n"), to: overlayValue(nil))
        record.remove(Key("a"))
        #expect(written(record) == #"{"b":{"x":"é\"\n"},"c":3,"n":null}"#)
        #expect(record[Key("a")] == nil)
        #expect(record["b"]?["x"]?.string == "é\"\n")
        #expect(record[Key("n")]?.isNull == true)
        #expect(record["c"]?.int == 3)
        #expect(record.node["a"]?.int == 1)
    }

    @Test("the last change of a field is the one that counts")
    func changes() {
        var record = records(#"{"a":1}"#)[0]
        record.remove(Key("a"))
        record.set(Key("a"), to: overlayValue(2))
        record.set(Key("b"), to: overlayValue(1))
        record.set(Key("b"), to: overlayValue(3))
        record.remove(Key("absent"))
        #expect(written(record) == #"{"a":2,"b":3}"#)
        record.remove(Key("b"))
        #expect(written(record) == #"{"a":2}"#)
    }

    @Test("many changes are found as few are", arguments: [3, 32, 33, 20_000])
    func many(count: Int) {
        var record = records(#"{"f1":0,"other":true}"#)[0]
        let first = (0..<count).map { Overlay.Field(key: Key("f\($0)"), value: overlayValue(1)) }
        record.change(first)
        record.change(first.reversed().map { Overlay.Field(key: Key($0.key.name), value: overlayValue(2)) })
        record.change([Overlay.Field(key: Key("f0"), value: nil)])
        let others = (1..<count).dropFirst().map { #","f\#($0)":2"# }.joined()
        #expect(written(record) == #"{"f1":2,"other":true"# + others + "}")
    }

    @Test("several changes at once are the same as one after the other")
    func together() {
        var record = records(#"{"a":1,"b":2}"#)[0]
        record.change([
            Overlay.Field(key: Key("a"), value: nil), Overlay.Field(key: Key("c"), value: overlayValue(3)),
            Overlay.Field(key: Key("a"), value: overlayValue(0))
        ])
        #expect(written(record) == #"{"a":0,"b":2,"c":3}"#)
    }

    @Test("a change takes the place of all members with its name, escaped ones too")
    func duplicates() {
        var record = records(#"{"a":1,"b":0,"\u0061":2}"#)[0]
        record.set(Key("a"), to: overlayValue("new"))
        #expect(written(record) == #"{"a":"new","b":0}"#)
        record.remove(Key("a"))
        #expect(written(record) == #"{"b":0}"#)
    }

    @Test("all fields of an empty record may be new, and all of a full one removed")
    func extremes() {
        var empty = records("{}")[0]
        empty.set(Key("quo\"te"), to: overlayValue([1]))
        #expect(written(empty) == #"{"quo\"te":[1]}"#)
        var full = records(#"{"a":1}"#)[0]
        full.remove(Key("a"))
        #expect(written(full) == "{}")
    }

    @Test("an unchanged record is written as it was read, white space and all")
    func untouched() {
        let text = #"{ "a" : 1.0e2 , "b":"\u0041\/" }"#
        #expect(written(records(text)[0]) == text)
        #expect(records(text)[0].byteCount == text.utf8.count)
    }

    @Test("copies of a record change apart from one another")
    func valueSemantics() {
        let original = records(#"{"a":1}"#)[0]
        var copy = original
        copy.set(Key("a"), to: overlayValue(2))
        #expect(written(original) == #"{"a":1}"#)
        #expect(written(copy) == #"{"a":2}"#)
    }

    @Test(
        "random changes agree with those of a dictionary, and byteCount is no less than what is written",
        arguments: 0..<30)
    func random(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 8000)
        let names = ["a", "b", "c", "long name of a field", "\n"]
        for _ in 0..<50 {
            var expected = random.object(depth: 2)
            for name in names where Bool.random(using: &random) { expected[name] = random.json(depth: 1) }
            var record = records(JSON.object(expected).text)[0]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let name = names.randomElement(using: &random) ?? ""
                let value: JSON? = Bool.random(using: &random) ? random.json(depth: 2) : nil
                expected[name] = value
                if let value {
                    record.set(Key(name), to: overlayValue(value))
                } else {
                    record.remove(Key(name))
                }
            }
            #expect(JSON(record) == .object(expected))
            #expect(try JSON(parsing: written(record)) == .object(expected))
            #expect(record.byteCount + 2 * names.count >= written(record).utf8.count)
            for name in names { #expect(record[Key(name)].map { JSON($0) } == expected[name]) }
        }
    }
}

@Suite("Compaction")
struct CompactionTests {
    /// A thousand records of about a hundred bytes in one chunk.
    private func thousand() -> [Record] {
        let padding = String(repeating: "p", count: 80)
        return records((0..<1000).map { "{\"n\":\($0),\"p\":\"\(padding)\"}" }.joined(separator: "\n"))
    }

    @Test("few survivors of a chunk are worth it, many are not")
    func policy() {
        let all = thousand()
        #expect(!all.isWorthCompacting())
        #expect(!Array(all.prefix(600)).isWorthCompacting())
        #expect(Array(all.prefix(400)).isWorthCompacting())
        #expect(![Record]().isWorthCompacting())
        #expect(!Array(records("{\"a\":1}\n{\"a\":2}\n{\"a\":3}").prefix(1)).isWorthCompacting())
        #expect(Array(records("{\"a\":1}\n{\"a\":2}\n{\"a\":3}").prefix(1)).isWorthCompacting(floor: 0))
    }

    @Test("survivors hold no more than their own bytes, and are otherwise the same")
    func survivors() {
        var few = thousand().filter { ($0["n"]?.int ?? 0) % 100 == 5 }
        let before = few.map(written)
        few.compact()
        #expect(few.map(written) == before)
        #expect(few.map(\.index) == Array(stride(from: UInt64(5), to: 1000, by: 100)))
        #expect(few.allSatisfy { $0.chunk === few[0].chunk && $0.chunk.origin === testOrigin })
        #expect(few[0].chunk.byteCount == before.reduce(0) { $0 + $1.utf8.count + 1 })
        #expect(!few.isWorthCompacting(floor: 0))
    }

    @Test("changes are applied on the way, and the chunks that held them are let go")
    func overlays() {
        var few = Array(thousand().prefix(3))
        let large = overlayValue(["keep": 1, "padding": .string(String(repeating: "x", count: 100_000))])
        few[1].set(Key("n"), to: Overlay.Value(chunk: large.chunk, index: large.node["keep"]?.index ?? 0))
        #expect(few.isWorthCompacting())
        few.compact()
        #expect(few.allSatisfy { $0.overlay == nil })
        #expect(few.map { $0["n"]?.int } == [0, 1, 2])
        #expect(few[0].chunk.byteCount < 400)
    }

    @Test("records of different origins keep them")
    func origins() {
        let other = Origin(source: "other", received: 1)
        let foreign = JSONLines().parse(JSONLinesBlock(copying: "{\"f\":1}"), origin: other).records(
            at: .start)
        var mixed = Array(thousand().prefix(2)) + foreign + Array(thousand().suffix(1))
        mixed.compact()
        #expect(mixed.map(\.chunk.origin.source) == ["test", "test", "other", "test"])
        #expect(mixed.map { $0["n"]?.int } == [0, 1, nil, 999])
    }
}
