import Notation
import Records

/// What a held record has been through, as a JSON text: a list of `[stage, key in 32 digits, time, reading]` for each
/// admission (`true` behind them where the key is that of another record, which this one is similar to), and of `[sink]` for
/// each sink that has it.
package enum AdmissionText {
    package static func text(_ record: HeldRecord) -> String { text(record.admissions, record.sinks) }

    /// - Parameter sinks: that have the record, by identity in stored form.
    static func text(_ admissions: [Admission], _ sinks: [String]) -> String {
        if admissions.isEmpty, sinks.isEmpty { return "[]" }
        let admissions = admissions.map { admission in
            let fields: [JSON] = [
                .string(admission.stage),
                .string(
                    String(admission.key.high, radix: 16, width: 16)
                        + String(admission.key.low, radix: 16, width: 16)),
                .int(admission.key.seen.time), .int(admission.key.seen.reading)
            ]
            return JSON.array(admission.isFollower ? fields + [.bool(true)] : fields)
        }
        return JSON.array(admissions + sinks.map { .array([.string($0)]) }).text
    }

    /// Nil for a text that is none.
    package static func parse(_ text: String) -> (admissions: [Admission], sinks: [String])? {
        if text == "[]" { return ([], []) }
        guard let entries = try? JSON(parsing: text).array else { return nil }
        var admissions: [Admission] = []
        var sinks: [String] = []
        for entry in entries {
            guard let fields = entry.array, let name = fields.first?.string else { return nil }
            if fields.count == 1 {
                sinks.append(name)
                continue
            }
            let isFollower = fields.count == 5 && fields[4] == .bool(true)
            guard fields.count == 4 || isFollower, let key = fields[1].string, key.utf8.count == 32,
                let high = UInt64(key.prefix(16), radix: 16), let low = UInt64(key.suffix(16), radix: 16),
                let time = fields[2].int, let reading = fields[3].int
            else { return nil }
            let seen = DedupKey.Seen(time: time, reading: reading)
            admissions.append(
                Admission(
                    stage: name, key: DedupKey(high: high, low: low, seen: seen), isFollower: isFollower))
        }
        return (admissions, sinks)
    }
}
