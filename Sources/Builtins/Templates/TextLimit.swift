import Records

/// How long a text may be for a service, counted as the service counts.
struct TextLimit: Sendable, Hashable {
    enum Unit: Sendable {
        case bytes, utf16, scalars, graphemes

        func count(_ text: some StringProtocol) -> Int {
            switch self {
            case .bytes: text.utf8.count
            case .utf16: text.utf16.count
            case .scalars: text.unicodeScalars.count
            case .graphemes: text.count
            }
        }
    }

    let most: Int
    let unit: Unit
    /// What an address counts as, whatever its length; nil where it counts as its characters.
    var address: Int?
    /// Whether the markup that keeps a value's characters apart counts, too.
    var countsMarkup = true

    init(_ most: Int, _ unit: Unit) {
        self.most = most
        self.unit = unit
    }

    /// What stands for what was cut off.
    static let ellipsis = "…"

    /// The first characters of a text and an ellipsis, at most so much together; cut behind a word where one ends in the
    /// last half, and never within a character that a reader sees.
    ///
    /// - Parameter cost: of a piece of it.
    static func cut(_ text: String, to most: Int, cost: (Substring) -> Int) -> String {
        let budget = most - cost(ellipsis[...])
        guard budget > 0 else { return "" }
        var used = 0
        var end = text.startIndex
        var word: String.Index?
        while end < text.endIndex {
            let next = text.index(after: end)
            let more = cost(text[end..<next])
            guard used + more <= budget else { break }
            if text[end].isWhitespace, used > budget / 2 { word = end }
            used += more
            end = next
        }
        if end == text.endIndex { return text }
        if text[end].isWhitespace { word = end }
        var kept = text[..<(word ?? end)]
        while let last = kept.last, last.isWhitespace { kept.removeLast() }
        return kept + ellipsis
    }
}

extension TextTemplate {
    /// The text for a record within a limit.
    ///
    /// What the template itself says stays whole, and so does each value that there is room for: the longest gives way
    /// first, and what has no blanks (an address) last of all.
    ///
    /// - Throws: ``TemplateTooLong`` when the template's own text leaves no room.
    func fitted(
        _ record: borrowing Record, to limit: TextLimit?, markup: Markup = .none
    ) throws(TemplateTooLong) -> String {
        var pieces: [FittedPiece] = []
        for part in parts {
            switch part {
            case .text(let text): pieces.append(FittedPiece(text: text, isField: false))
            case .field(let path, _):
                pieces.append(
                    FittedPiece(text: FieldText(path, of: record)?.text ?? "", isField: true))
            }
        }
        if let limit { try fit(&pieces, limit, markup) }
        return pieces.map { $0.isField ? markup.escape($0.text) : $0.text }.joined()
    }

    private func fit(
        _ pieces: inout [FittedPiece], _ limit: TextLimit, _ markup: Markup
    ) throws(TemplateTooLong) {
        func cost(_ text: Substring) -> Int {
            limit.unit.count(limit.countsMarkup ? markup.escape(String(text)) : String(text))
        }
        func cost(_ piece: FittedPiece) -> Int {
            guard piece.isField else { return limit.unit.count(piece.text) }
            if let address = limit.address, piece.isAddress { return address }
            return cost(piece.text[...])
        }
        // Characters on both sides of a joint can be one together, never more than they are apart.
        var costs = pieces.map { cost($0) }
        while case let over = costs.reduce(0, +) - limit.most, over > 0 {
            let longest = pieces.indices.filter { pieces[$0].isField && costs[$0] > 0 }.max { a, b in
                let (first, second) = (pieces[a].hasBlanks, pieces[b].hasBlanks)
                return first == second ? costs[a] < costs[b] : !first
            }
            guard let longest else { throw TemplateTooLong(limit: limit) }
            pieces[longest].text = TextLimit.cut(
                pieces[longest].text, to: costs[longest] - over, cost: cost)
            var after = cost(pieces[longest])
            // An address that counts as less than its characters may not get smaller by being cut.
            if after >= costs[longest] { (pieces[longest].text, after) = ("", 0) }
            costs[longest] = after
        }
    }
}

/// A part of a text that is made to fit.
private struct FittedPiece {
    var text: String
    let isField: Bool

    var hasBlanks: Bool { text.contains(where: \.isWhitespace) }
    var isAddress: Bool { text.beginsAsAddress && !hasBlanks }
}

/// A message that is too long without any of its fields.
struct TemplateTooLong: Error, CustomStringConvertible {
    let limit: TextLimit

    var description: String { "the text is longer than \(limit.most) without any of its fields" }
}
