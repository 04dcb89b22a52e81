/// The kinds of JSON Lines that are parsed: what a line holds, and how.
enum ItemLines: String, CaseIterable {
    /// Feed items whose texts are plain.
    case plain
    /// Feed items whose texts have escapes and letters beyond ASCII.
    case escaped
    /// Three fields a line.
    case small

    /// As many as take about a megabyte.
    var count: Int {
        switch self {
        case .plain, .escaped: 800
        case .small: 16_000
        }
    }

    /// So many lines, the same each time. A fifth of their addresses has stood before.
    func text(count: Int) -> [UInt8] {
        var prose = Prose(seed: 7, foreign: self == .escaped)
        return (0..<count).flatMap { Array(line($0, &prose).utf8) }
    }

    private func line(_ number: Int, _ prose: inout Prose) -> String {
        let url = "https://example.com/\(number % 5 == 4 ? number - 4 : number)"
        let score = number * 37 % 100
        if self == .small { return #"{"id":\#(number),"url":"\#(url)","score":\#(score)}"# + "\n" }
        let kind = number % 3 == 0 ? "important" : "normal"
        let end = self == .escaped ? #"\n\"Straße\" \u00e9t\u00e9\t\/"# : "."
        return """
            {"id":"item-\(number)","url":"\(url)","title":"\(prose.phrase(4..<9))\(end)",\
            "summary":"\(prose.phrase(20..<40))\(end)","author":"Jane Doe","authors":[{"name":"Jane Doe"}],\
            "tags":["news","tech"],"published":"2026-11-\(10 + number % 20)T08:00:00Z",\
            "score":\(score),"comments":\(number % 7),"content":{"type":"\(kind)",\
            "score":\(score),"text":"\(prose.phrase(80..<120))\(end)"},"language":"en"}

            """
    }
}
