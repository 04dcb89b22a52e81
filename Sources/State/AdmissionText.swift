import Records
import Streaming

/// Admissions as a JSON text: `[[stage, key in 32 digits, time, reading], …]`.
enum AdmissionText {
    static func text(_ admissions: [Admission]) -> String {
        if admissions.isEmpty { return "[]" }
        let entries = admissions.map { admission in
            JSON.array([
                .string(admission.stage), .string(digits(admission.key.high) + digits(admission.key.low)),
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

    private static func digits(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
