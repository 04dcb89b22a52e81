import Records

extension Case {
    /// JSON Lines to records.
    static let parsing = ItemLines.allCases.map { lines in
        Case(name: "parse-\(lines.rawValue)") {
            let text = String(decoding: lines.text(count: lines.count), as: UTF8.self)
            let origin = Origin(source: "counted", received: 0)
            return {
                let parsed = JSONLines().parse(JSONLinesBlock(copying: text), origin: origin)
                precondition(parsed.roots.count == lines.count, "a line was rejected")
            }
        }
    }
}
