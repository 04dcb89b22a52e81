extension Timestamp {
    /// The form of RFC 822 with a year of four digits, as RSS and HTTP have it: `Sat, 31 Jan 2026 08:05:09 GMT`. What is
    /// less than a second is left out.
    package var mailDate: String {
        let time = CivilTime(secondsSince1970: seconds)
        func two(_ number: Int64) -> String { String(number, width: 2) }
        let date = "\(two(time.day)) \(Self.months[Int(time.month) - 1]) \(String(time.year, width: 4))"
        return
            "\(Self.days[Int(time.weekday)]), \(date) \(two(time.hour)):\(two(time.minute)):\(two(time.second)) GMT"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    ]
}
