/// Text that looks written: words of uneven frequency, sentences, paragraphs of HTML. The same in each run.
struct Prose {
    private var state: UInt64
    private let words: [String]

    init(seed: UInt64, foreign: Bool = false) {
        state = seed
        words = foreign ? Self.foreign : Self.english
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func number(_ range: Range<Int>) -> Int {
        range.lowerBound + Int(truncatingIfNeeded: random() % UInt64(range.count))
    }

    /// Early words are frequent, late ones rare.
    mutating func word() -> String { words[min(number(0..<words.count), number(0..<words.count))] }

    mutating func phrase(_ count: Range<Int>) -> String {
        var text = word()
        for _ in 1..<number(count) { text += " " + word() }
        return text
    }

    mutating func sentence() -> String {
        var text = phrase(5..<12)
        if number(0..<3) == 0 { text += ", " + phrase(3..<8) }
        return text.prefix(1).uppercased() + text.dropFirst() + [".", ".", ".", "?", "!"][number(0..<5)]
    }

    mutating func sentences(_ count: Range<Int>) -> String {
        (0..<number(count)).map { _ in sentence() }.joined(separator: " ")
    }

    /// A paragraph with a link or an emphasis here and there, and sometimes a reference.
    mutating func paragraph() -> String {
        var text = "<p>" + sentences(2..<4)
        if number(0..<2) == 0 {
            let address = "https://example.com/\(word())/\(number(1..<9999))?ref=feed"
            text += " <a href=\"\(address)\">\(phrase(2..<5))</a>"
        }
        if number(0..<3) == 0 { text += " <strong>\(phrase(1..<3))</strong> &amp; \(word())&#8217;s" }
        return text + " " + sentence() + "</p>\n"
    }

    mutating func paragraphs(_ count: Range<Int>) -> String {
        (0..<number(count)).map { _ in paragraph() }.joined()
    }

    private static let english = split(
        """
        the of and to in a is that for it was on as with be by at this from have are not they which or an we but had \
        his been their has more will would about when who one all if so new up out what can its into some than other \
        time people year government company market first after over report world week police minister across between \
        percent climate change technology research court season project agreement development international economy \
        statement investigation nevertheless infrastructure committee representatives announced unprecedented
        """)

    private static let foreign = split(
        """
        и в не на я что тот быть с а весь это как она по но они к у ты из мы за вы так же от сказать этот который мочь \
        человек о один ещё бы такой только себя какой когда уже для вот кто да говорить год знать мой до или если \
        правительство компания рынок отчёт неделя министр климат технология исследование проект соглашение развитие
        """)

    private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

extension String {
    /// As the content of an element or a quoted value.
    var escaped: String {
        var text = ""
        text.reserveCapacity(utf8.count + utf8.count / 8)
        for character in unicodeScalars {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
