import Notation

/// Words of a text.
enum Words {
    /// Runs of letters, digits and marks; an apostrophe between two of them belongs to the word. Nil when there are more
    /// than the limit.
    static func split(_ text: String, atMost limit: Int) -> [String]? {
        let words = split(text, upTo: limit)
        return words.count <= limit ? words : nil
    }

    static func split(_ text: String) -> [String] { split(text, upTo: .max) }

    /// All words, or one more than the limit.
    private static func split(_ text: String, upTo limit: Int) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var apostrophe: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if isPart(scalar) {
                if let mark = apostrophe { word.append(mark) }
                apostrophe = nil
                word.append(scalar)
            } else if scalar == "'" || scalar == "\u{2019}", !word.isEmpty, apostrophe == nil {
                apostrophe = scalar
            } else {
                if !word.isEmpty { words.append(String(word)) }
                if words.count > limit { return words }
                word = String.UnicodeScalarView()
                apostrophe = nil
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words
    }

    static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return UInt8(scalar.value).isLetter || UInt8(scalar.value).isDigit }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
            return true
        default: return false
        }
    }
}

/// How alike two texts are.
enum Similarity {
    /// Dice's coefficient over the pairs of neighbouring letters within words: 2 × shared / all.
    static func dice(_ left: String, _ right: String) -> Double {
        let a = pairs(left)
        let b = pairs(right)
        let total = a.values.reduce(0, +) + b.values.reduce(0, +)
        guard total > 0 else { return Words.split(left) == Words.split(right) ? 1 : 0 }
        var shared = 0
        for (pair, count) in a { shared += min(count, b[pair] ?? 0) }
        return Double(2 * shared) / Double(total)
    }

    /// The pairs of neighbours with their counts; a word of one letter is a pair with nothing.
    private static func pairs(_ text: String) -> [UInt64: Int] {
        var counts: [UInt64: Int] = [:]
        for word in Words.split(text.lowercased()) {
            let scalars = word.unicodeScalars.map { UInt64($0.value) }
            if scalars.count == 1 { counts[scalars[0] << 32, default: 0] += 1 }
            for (first, second) in zip(scalars, scalars.dropFirst()) {
                counts[first << 32 | second, default: 0] += 1
            }
        }
        return counts
    }
}
