import Notation
import Records
import Streaming

/// Admissions as a JSON text: `[[stage, key in 32 digits, time, reading], …]`.
enum AdmissionText {
    static func text(_ admissions: [Admission]) -> String {
        if admissions.isEmpty { return "[]" }
        let entries = admissions.map { admission in
            JSON.array([
                .string(admission.stage),
                .string(
                    String(admission.key.high, radix: 16, width: 16)
                        + String(admission.key.low, radix: 16, width: 16)),
                .int(admission.key.seen.time), .int(admission.key.seen.reading)
            ])
        }
        return JSON.array(entries).text
    }

    /// Nil for a text that is none.
    static func admissions(_ text: String) -> [Admission]? {
        if text == "[]" { return [] }
        guard let entries = try? JSON(parsing: text).array else { return nil }
        var admissions: [Admission] = []
        for entry in entries {
            guard let fields = entry.array, fields.count == 4, let stage = fields[0].string,
                let key = fields[1].string, key.utf8.count == 32,
                let high = UInt64(key.prefix(16), radix: 16), let low = UInt64(key.suffix(16), radix: 16),
                let time = fields[2].int, let reading = fields[3].int
            else { return nil }
            let seen = DedupKey.Seen(time: time, reading: reading)
            admissions.append(Admission(stage: stage, key: DedupKey(high: high, low: low, seen: seen)))
        }
        return admissions
    }
}
