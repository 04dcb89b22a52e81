import Streaming

/// Numbers for people.
enum Figures {
    /// With thin groups of three: `12 345`; nothing for zero where a blank says more.
    static func count(_ value: Int, blankZero: Bool = false) -> String {
        if value == 0 && blankZero { return "" }
        var digits = Substring(String(value.magnitude))
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: " ")
    }

    /// Items in a second, with a digit after the point below ten.
    static func rate(_ count: Int, in duration: Duration) -> String {
        let rate = Double(count) / max(duration.seconds, 1e-9)
        return rate < 10 ? "\((rate * 10).rounded() / 10)" : self.count(Int(rate.rounded()))
    }
}
