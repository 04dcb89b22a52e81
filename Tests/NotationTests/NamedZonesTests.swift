import Notation
import Testing

@Suite("Zones of the tz database") struct NamedZonesTests {
    @Test(
        "of an hour that clocks show twice the first is meant, and one that they leave out is that much later",
        arguments: [
            ("Europe/Berlin", "2026-10-25T02:30:00Z", 2), ("Europe/Berlin", "2026-10-25T03:00:00Z", 1),
            ("Europe/Berlin", "2026-10-25T01:59:59Z", 2), ("Europe/Berlin", "2026-03-29T02:30:00Z", 1),
            ("Europe/Berlin", "2026-03-29T03:00:00Z", 2), ("America/New_York", "2026-11-01T01:30:00Z", -4),
            ("America/New_York", "2026-11-01T02:00:00Z", -5),
            ("America/New_York", "2026-03-08T02:30:00Z", -5),
            ("Asia/Tokyo", "2026-07-01T12:00:00Z", 9)
        ])
    func local(zone: String, clocks: String, hours: Int64) throws {
        let shown = try Array(clocks.utf8).withUnsafeBufferPointer { try Timestamp(rfc3339: $0) }
        #expect(NamedZones.offset(of: zone, atLocal: shown.seconds) == hours * 3600)
    }

    @Test("what is no zone has no offset")
    func unknown() {
        #expect(NamedZones.offset(of: "Mars/Olympus", atLocal: 0) == nil)
        #expect(NamedZones.offset(of: "Mars/Olympus", at: 0) == nil)
    }
}
