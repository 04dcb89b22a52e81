import Records
import Testing

@testable import Feeds

@Suite("Items of a JSON Feed")
struct JSONFeedItemTests {
    private struct Reading {
        var items: [FeedItem] = []
        var lost: [LostItem] = []
        var problems: [FeedProblem] = []
        var isComplete = false
    }

    /// Reads a feed of an item `1`, the given ones, and an item `last`, in pieces of `size` bytes.
    private static func read(
        _ items: String, head: String = "", pieces size: Int = 1 << 16, limits: FeedLimits = FeedLimits()
    ) -> Reading {
        let document =
            #"{"version":"https://jsonfeed.org/version/1.1",\#(head)"items":[{"id":"1"},"# + "\n"
            + items + #",{"id":"last"}]}"#
        var parser = FeedParser(context: .init(limits: limits))
        var reading = Reading()
        let bytes = Array(document.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reading.items += parser.push(bytes[start..<min(bytes.count, start + size)])
            reading.lost += parser.takeLostItems()
        }
        let (rest, end) = parser.finish()
        reading.items += rest
        reading.lost += parser.takeLostItems()
        reading.problems = end.problems
        reading.isComplete = end.wasComplete
        return reading
    }

    @Test(
        "are read when what is wrong with them is plain",
        arguments: [
            ("{\"id\":\"2\",\"content_text\":\"a\nb\tc\"}", "a\nb\tc"),
            (#"{"id":"2","content_text":"a\xb\u12 \u0041\"\\"}"#, #"a\xb\u12 A"\"#),
            (#"{"id":"2","tags":["x",], "content_text":"a,]" , }"#, "a,]")
        ], [1, 7, 1 << 16])
    func mended(item: (String, text: String), size: Int) {
        let reading = Self.read(item.0, pieces: size)
        #expect(reading.items.map(\.id) == ["1", "2", "last"])
        #expect(reading.items[1].content?.text == item.text)
        #expect(reading.problems == [FeedProblem(.badJSON, line: 2)])
        #expect(reading.lost.isEmpty)
        #expect(reading.isComplete)
    }

    @Test("are read without what is nested too deep", arguments: [600, 100_000])
    func deep(levels: Int) {
        let deep = String(repeating: "[", count: levels) + "\"]\"" + String(repeating: "]", count: levels)
        let reading = Self.read(#"{"id":"2","_x":{"y":\#(deep)},"title":"t"}"#)
        #expect(reading.items.map(\.id) == ["1", "2", "last"])
        #expect(reading.items[1].title == "t")
        #expect(reading.problems.map(\.kind) == [.badJSON])
    }

    @Test(
        "that cannot be read are told with their number and line; the others are kept",
        arguments: [
            #"{"id":"2","x":tru}"#, #"{"id":"2" "title":"t"}"#, #"{"id":"2","x":01}"#, #"{id:"2"}"#, #"["2"]"#
        ], [1, 1 << 16])
    func lost(item: String, size: Int) {
        let reading = Self.read(#"{"id":"a"},"# + "\n" + item + ",\n" + item, pieces: size)
        #expect(reading.items.map(\.id) == ["1", "a", "last"])
        #expect(reading.lost.map(\.number) == [3, 4])
        #expect(reading.lost.map(\.line) == [3, 4])
        #expect(reading.lost.first.map { "\($0)".hasPrefix("item 3 is no") } == true)
        #expect(reading.problems == [FeedProblem(.badItem, line: 3)])
        #expect(reading.isComplete)
    }

    @Test("have texts cut at a character within the limit", arguments: ["content_text", "content_html"])
    func cut(member: String) {
        let limits = FeedLimits(textSize: 101)
        let text = String(repeating: "é", count: 150)
        let reading = Self.read(#"{"id":"2","\#(member)":"\#(text)"}"#, limits: limits)
        #expect(reading.items.map(\.id) == ["1", "2", "last"])
        #expect(reading.items[1].content?.text == String(repeating: "é", count: 50))
        #expect(reading.problems.map(\.kind) == [.textTooLong])
        #expect(reading.lost.isEmpty)
    }

    @Test("longer than any text may be are left out and told", arguments: [1, 50, 1 << 16])
    func long(size: Int) {
        let limits = FeedLimits(textSize: 100)
        let long = String(repeating: "x", count: 500)
        let reading = Self.read(
            #"{"id":"2","content_text":"\#(long)"},{"id":"3"}"#, pieces: size, limits: limits)
        #expect(reading.items.map(\.id) == ["1", "3", "last"])
        #expect(reading.lost == [LostItem(number: 2, line: 2, reason: .tooLong(limit: 400))])
    }

    @Test("belong to the feed whatever is wrong with what it says of itself")
    func head() {
        let reading = Self.read(#"{"id":"2"}"#, head: "\"title\":\"a\nb\",")
        #expect(reading.items.map(\.id) == ["1", "2", "last"])
        #expect(reading.items[1].feed.title == "a b")
    }

    @Test("have an element for each value of an extension")
    func extensionArrays() {
        let item = Self.read(#"{"id":"2","_x":{"y":[{"u":"1"},{"u":"2"}],"z":{"w":["a","b"]}}}"#).items[1]
        #expect(
            item.json["extensions"]
                == ["x": ["y": [["u": "1"], ["u": "2"]], "z": ["x:w": ["a", "b"]]]]
                || item.json["extensions"] == ["x": ["y": [["u": "1"], ["u": "2"]], "z": ["w": ["a", "b"]]]])
    }
}
