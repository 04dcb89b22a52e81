import FeedSpine
import Testing

@Suite("A record of a program")
struct RecordTests {
    private struct Item: Codable, Equatable {
        var id: Int
        var tags: [String]
    }

    @Test("is looked into without being taken apart")
    func values() throws {
        let record = try Record(
            json:
                #"{"id":"a","n":-7,"x":1.5,"big":18446744073709551616,"t":true,"z":null,"o":{"p":["q\n",{"r":2}]}}"#
        )
        #expect(record["id"] == "a" && record["n"] == -7 && record["x"] == 1.5 && record["t"] == true)
        #expect(record["id"].int == nil && record["n"].string == nil && record["big"].int == nil)
        #expect(record["big"].double == 18446744073709551616)
        #expect(record["z"].exists && record["z"].isNull && !record["none"].exists && !record["none"].isNull)
        #expect(record["o"]["p"][0] == "q\n" && record["o"]["p"][1]["r"] == 2)
        #expect(!record["o"]["p"][2].exists && !record["o"]["p"][-1].exists && !record["o"][0].exists)
        #expect(!record["id"]["p"].exists && !record["n"][0].exists)
        #expect(record["o"]["p"].elements?.count == 2 && record["o"].elements == nil)
        #expect(record.naturalKey == "a" && record.source.isEmpty)
    }

    @Test("is a value of a type, and made of one")
    func coding() throws {
        let item = Item(id: 4, tags: ["a", "ü"])
        #expect(try Record(encoding: item).decode(as: Item.self) == item)
        #expect(try Record(encoding: item) == Record(json: #"{"tags":["a","\u00fc"],"id":4}"#))
        #expect(try Record(encoding: item) != Record(json: #"{"tags":["a"],"id":4}"#))
    }

    @Test("is no other text", arguments: ["", "[]", "7", "{", "{\"a\":}", "{} {}"])
    func noRecord(text: String) {
        #expect(throws: RecordError.self) { try Record(json: text) }
    }
}
