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
        guard let near = offset(of: name, at: seconds) else { return nil }
        // What counts is the offset at the instant itself, for which the first answer is a good guess.
        return offset(of: name, at: seconds - near)
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
