package import FoundationEssentials

/// How long an answer stays fresh by its own account (RFC 9111, as a private cache reads it).
package enum Freshness {
    /// When the answer goes stale, or nil when it says nothing about that.
    package static func expiry(_ headers: HeaderFields, received: Date) -> Date? {
        let directives = headers.list("cache-control").map(HeaderFields.parameter)
        if directives.contains(where: { ["no-cache", "no-store"].contains($0.name) && $0.value == nil }) {
            return received
        }
        if let value = directives.first(where: { $0.name == "max-age" })?.value {
            guard let seconds = seconds(value) else { return received }
            let age = headers["age"].flatMap(Freshness.seconds) ?? 0
            return received.addingTimeInterval(max(0, seconds - age))
        }
        guard let expires = headers["expires"] else { return nil }
        // "0" and other things that are no dates mean that the answer has expired.
        guard let end = HTTPDate.parse(expires, now: received) else { return received }
        let sent = headers["date"].flatMap { HTTPDate.parse($0, now: received) } ?? received
        return received.addingTimeInterval(max(0, end.timeIntervalSince(sent)))
    }

    /// A number of seconds without sign; values beyond 31 bits are cut, as the RFC asks.
    private static func seconds(_ text: String) -> Double? {
        let digits = HeaderFields.trimmed(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Double(digits) ?? .infinity, Double(Int32.max))
    }
}
