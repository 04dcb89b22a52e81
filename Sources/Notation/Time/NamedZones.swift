import Foundation
import Synchronization

/// The zones of the tz database by name, those in use kept.
package enum NamedZones {
    private static let capacity = 64
    private static let zones = Mutex<[String: TimeZone]>([:])

    /// Seconds east of UTC at an instant; nil for an unknown zone.
    package static func offset(of name: String, at seconds: Int64) -> Int64? {
        guard let zone = zone(name) else { return nil }
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    /// The same at the time that clocks in the zone show, counted as if it were UTC.
    ///
    /// Of an hour that they show twice the first is meant, one that they leave out is that much later.
    package static func offset(of name: String, atLocal seconds: Int64) -> Int64? {
        guard let zone = zone(name) else { return nil }
        return seconds
            - instant(ofLocal: seconds) { instant in
                Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))))
            }
    }

    /// The instant at which clocks show a time, both in seconds, that counted as if it were UTC: of an hour that they show
    /// twice in the first, of one that they leave out as long after the change as it would have been.
    ///
    /// - Parameter offset: seconds east of UTC at an instant.
    package static func instant(ofLocal local: Int64, offset: (Int64) -> Int64) -> Int64 {
        // No zone is further from UTC than a day, or changes twice within two.
        let day: Int64 = 86_400
        let before = offset(local - day)
        let candidates = [before, offset(local + day)].map { local - $0 }
        return candidates.filter { $0 + offset($0) == local }.min() ?? local - before
    }

    private static func zone(_ name: String) -> TimeZone? {
        if let known = zones.withLock({ $0[name] }) { return known }
        guard let zone = TimeZone(identifier: name) else { return nil }
        zones.withLock { zones in
            if zones.count >= capacity { zones.removeAll() }
            zones[name] = zone
        }
        return zone
    }
}
