import Notation

/// What can be told of HTML without reading it.
extension HTMLText {
    /// Whether there is something to see or hear although there may be nothing to read.
    static func hasMedia(_ html: Bytes) -> Bool {
        var i = 0
        while let open = html.position(of: .lessThan, from: i) {
            i = open + 1
            var end = i
            while end < html.count, html[end].isLetter { end += 1 }
            if media.contains(PackedWord.of(html.part(i..<end))) { return true }
        }
        return false
    }

    private static let media = PackedWord.list("img picture video audio iframe svg object embed")

    /// Whether an attribute holds an address that means nothing without a base; some text may look like one.
    static func hasRelativeAddress(_ html: Bytes) -> Bool {
        var i = 0
        while let sign = html.position(of: UInt8(ascii: "="), from: i) {
            i = sign + 1
            var end = sign
            while end > 0, html[end - 1].isSpace { end -= 1 }
            var start = end
            while start > 0, html[start - 1].isLetter { start -= 1 }
            guard addressed.contains(PackedWord.of(html.part(start..<end))) else { continue }
            while i < html.count, html[i].isSpace || html[i] == .quote || html[i] == .apostrophe { i += 1 }
            if isRelative(html.part(i..<html.count)) { return true }
        }
        return false
    }

    private static let addressed = PackedWord.list("href src srcset poster cite")

    /// Whether what begins here has neither a scheme nor a fragment alone.
    private static func isRelative(_ value: Bytes) -> Bool {
        guard let first = value.first, first != UInt8(ascii: "#"), first != .greaterThan else { return false }
        var end = 0
        while end < value.count, value[end].isLetter || value[end].isDigit || value[end] == UInt8(ascii: "+")
        {
            end += 1
        }
        return end == 0 || end >= value.count || value[end] != UInt8(ascii: ":")
    }
}
