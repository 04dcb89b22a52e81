import Records

// How a failed record is sent on as if it had not failed: it becomes a record that is held in front of its stage.
extension DeadLetter {
    private static let received = Key("received")
    private static let plain = Key("plain")
    private static let delivered = Key("delivered")
    private static let passed = Key("passed")

    /// What the records are held under that go on in front of a stage; no stage of a spec has it.
    ///
    /// - Parameter stage: its identity in stored form.
    package static func replay(at stage: String) -> String { replayPrefix + stage }

    /// The stage in front of which records go on that are held under a name; nil for what a stage holds itself.
    static func replayStage(of name: String) -> String? {
        name.hasPrefix(replayPrefix) ? String(name.dropFirst(replayPrefix.count)) : nil
    }

    private static let replayPrefix = ".replay "

    /// What a replay has to know of a record: `{"received", "plain", "delivered", "passed"}`, `received` in nanoseconds
    /// since 1970; `plain` only where texts were made plain when it was read, `delivered` where a sink has it, `passed` in
    /// the form of ``AdmissionText``.
    static func addJourney(of failure: RecordFailure, to builder: inout ChunkBuilder) {
        var held = HeldRecord(failure.record, number: 0)
        if !failure.takers.isEmpty { held = held.had(by: Set(failure.takers)) }
        builder.key(journey)
        builder.beginObject()
        builder.key(received)
        builder.int(held.received)
        for (key, holds) in [(plain, held.hasPlainTexts), (delivered, held.isDelivered)] where holds {
            builder.key(key)
            builder.bool(true)
        }
        builder.key(passed)
        // Which reading of its source showed it is forgotten before a letter is.
        let admissions = held.admissions.map { admission in
            var key = admission.key
            key.seen = DedupKey.Seen(time: key.seen.time)
            return Admission(stage: admission.stage, key: key, isFollower: admission.isFollower)
        }
        builder.string(AdmissionText.text(admissions, held.sinks))
        builder.endObject()
    }

    /// The failed record as one that is held; nil where the letter does not say what that takes: it is of an earlier
    /// version, or the failed record was itself a letter.
    package func held(number: UInt64) -> HeldRecord? {
        guard let journey = contents[DeadLetter.journey], journey.kind == .object,
            let received = journey[DeadLetter.received]?.int,
            let (admissions, sinks) = journey[DeadLetter.passed]?.string.flatMap(AdmissionText.parse),
            let index = contents[DeadLetter.index]?.int, index >= 0, let json = recordJSON
        else { return nil }
        return HeldRecord(
            number: number, source: source, received: received, index: UInt64(index), json: json,
            admissions: admissions, sinks: sinks, isDelivered: journey[DeadLetter.delivered]?.bool == true,
            hasPlainTexts: journey[DeadLetter.plain]?.bool == true)
    }
}
