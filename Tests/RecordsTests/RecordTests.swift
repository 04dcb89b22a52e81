import Records
import Testing

@Suite("Records")
struct RecordTests {
    private let origin = Origin(source: "test", received: 0)

    /// The records of JSON Lines text.
    private func records(_ text: String) -> [Record] {
        JSONLines().parse(JSONLinesBlock(copying: text), origin: origin).records(at: .start)
    }

    private func value(_ json: JSON) -> Overlay.Value {
        var builder = ChunkBuilder()
        builder.value(json)
        let (chunk, roots) = builder.finish(origin: origin)
        return Overlay.Value(chunk: chunk, index: roots[0])
    }

    private func text(_ record: Record) -> String {
        var output = OutputBuffer()
        output.append(record)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("fields are found by key, the last of duplicates wins, escaped names match")
    func lookup() throws {
        let record = records(#"{"a":1,"b":{"c":[1,2.5,"x"]},"a":2,"\u0064":true}"#)[0]
        #expect(record[Key("a")]?.int == 2)
        #expect(record[Key("b")]?[Key("c")]?[1]?.double == 2.5)
        #expect(record["b"]?["c"]?[2]?.string == "x")
        #expect(record["d"]?.bool == true)
        #expect(record["e"] == nil)
    }

    @Test("an overlay replaces in place, removes, and appends")
    func overlay() {
        var record = records(#"{"a":1,"b":2,"a":3}"#)[0]
        record.set(Key("a"), to: value(["x": "é\"\n"]))
        record.remove(Key("b"))
        record.set(Key("n"), to: value(nil))
        #expect(text(record) == #"{"a":{"x":"é\"\n"},"n":null}"#)
        #expect(record["b"] == nil)
        #expect(record["n"]?.isNull == true)
        var compacted = [record]
        compacted.compact()
        #expect(compacted[0].overlay == nil)
        #expect(text(compacted[0]) == text(record))
    }
}
