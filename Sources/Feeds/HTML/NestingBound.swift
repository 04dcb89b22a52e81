import Notation

/// Follows how deep the tags of a text nest, and which of them are one too many.
///
/// libxml2 stops at 257 elements inside one another, and all that follows would be lost. Where a document nests deeper (by
/// intent, or because an element that is begun in each paragraph never ends) the innermost tags go instead, and what
/// stands between them stays.
struct NestingBound {
    /// What the elements that are open may weigh together.
    private static let limit = 240

    /// What elements weigh with those in them whose end tags may be left out, and which are not counted therefore: a cell
    /// in its row and section, an entry, a paragraph.
    private static let weights: [UInt64: Int] = {
        var weights: [UInt64: Int] = [:]
        weights[PackedWord.of("table")] = 5
        for name in ["ul", "ol", "menu", "dir", "select"] { weights[PackedWord.of(name)] = 3 }
        let uncounted =
            "p li tr td th tbody thead tfoot caption colgroup option html head body "
            + "area base br col embed hr img input link meta param source track wbr keygen frame basefont"
        for name in PackedWord.list(uncounted) { weights[name] = 0 }
        return weights
    }()

    private static let term = PackedWord.of("dt")
    private static let description = PackedWord.of("dd")

    private struct Name {
        var open = 0
        var leftOut = 0
    }

    private var names: [UInt64: Name] = [:]
    private var weight = 0

    /// Whether a start tag is to be left out.
    mutating func leavesOut(start name: Bytes) -> Bool {
        let (key, weight) = Self.keyAndWeight(name)
        guard weight > 0 else { return false }
        // A term ends a description, and a description a term.
        if key == Self.term {
            end(Self.description, weight)
        } else if key == Self.description {
            end(Self.term, weight)
        }
        guard self.weight + weight <= Self.limit else {
            names[key, default: Name()].leftOut += 1
            return true
        }
        self.weight += weight
        names[key, default: Name()].open += 1
        return false
    }

    /// Whether an end tag is to be left out, because its start tag was.
    mutating func leavesOut(end name: Bytes) -> Bool {
        let (key, weight) = Self.keyAndWeight(name)
        guard weight > 0 else { return false }
        if let known = names[key], known.leftOut > 0 {
            names[key]?.leftOut -= 1
            return true
        }
        end(key, weight)
        return false
    }

    private mutating func end(_ key: UInt64, _ weight: Int) {
        guard let known = names[key], known.open > 0 else { return }
        names[key]?.open -= 1
        self.weight -= weight
    }

    private static func keyAndWeight(_ name: Bytes) -> (key: UInt64, weight: Int) {
        let word = PackedWord.of(name)
        if word != 0 { return (word, weights[word] ?? 2) }
        // Names of more than eight letters (FNV-1a); two that fall together are counted together.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte.lowercased)) &* 0x100_0000_01B3 }
        return (hash, 2)
    }
}
