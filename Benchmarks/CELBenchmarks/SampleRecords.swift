import Records

/// Feed items of about 1.3 KB with what the expressions look at.
enum SampleRecords {
    static func make(count: Int) throws -> [Record] {
        let origin = Origin(source: "benchmark", received: 0)
        return try (0..<count).map { number in
            let (chunk, root) = try JSONParser().parse(item(number), origin: origin)
            return Record(chunk: chunk, root: root, index: UInt64(number))
        }
    }

    private static func item(_ number: Int) -> String {
        let body = String(repeating: "The quick brown fox jumps over the lazy dog. ", count: 20)
        let numbers = (0..<50).map(String.init).joined(separator: ",")
        let kind = number % 3 == 0 ? "important" : "normal"
        let tag = number % 4 == 0 ? "swift" : "rust"
        let subject = number % 5 == 0 ? "AI" : "sports"
        return """
            {"id":"\(number)","url":"https://example.com/a/\(number)?utm_source=x",\
            "title":"Some news about climate and \(subject) today","summary":"short","author":"Jane",\
            "published":"2024-0\(1 + number % 9)-11T10:00:00Z","score":\(number % 100),"numbers":[\(numbers)],\
            "content":{"type":"\(kind)","score":\(number % 100),"language":"en",\
            "tags":["news","tech","apple","\(tag)","google"],"body":"\(body)"}}
            """
    }
}
