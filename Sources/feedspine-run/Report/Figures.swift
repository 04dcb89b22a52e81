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

    /// `38 ms`, `2.14 s`, `3 min 20 s`, `2 h 5 min`.
    static func duration(_ duration: Duration) -> String {
        let seconds = duration.seconds
        switch seconds {
        case ..<1: return "\(Int((seconds * 1000).rounded())) ms"
        case ..<60: return "\(rounded(seconds, places: 2)) s"
        case ..<3600: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        default: return "\(Int(seconds) / 3600) h \(Int(seconds) / 60 % 60) min"
        }
    }

    /// Items in a second, with a digit after the point below ten.
    static func rate(_ count: Int, in duration: Duration) -> String {
        let rate = Double(count) / max(duration.seconds, 1e-9)
        return rate < 10 ? "\(rounded(rate, places: 1))" : self.count(Int(rate.rounded()))
    }

    private static func rounded(_ value: Double, places: Int) -> Double {
        let scale = places == 1 ? 10.0 : 100.0
        return (value * scale).rounded() / scale
    }
}
