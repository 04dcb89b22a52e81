import Notation
package import Records

/// A failed record as a record of its own: what failed, where, why and when, and the record itself.
package struct DeadLetter: Sendable {
    /// What the position of the dead letters is stored under, and their keys; no sink of a spec has it.
    package static let identity = ".dead_letters"

    private static let stage = Key("stage")
    private static let sink = Key("sink")
    private static let error = Key("error")
    private static let time = Key("time")
    private static let source = Key("source")
    static let index = Key("index")
    private static let record = Key("record")
    static let journey = Key("journey")

    /// The letter as it is written.
    package let contents: Record
    /// The name of the stage.
    package let stage: String
    /// The name of the sink that refused the record; nil where it was none.
    package let sink: String?
    package let error: String
    /// In RFC 3339.
    package let time: String
    package let source: String

    /// Nil for a record that is no dead letter.
    package init?(_ contents: Record) {
        func text(_ key: Key) -> String? { contents[key]?.string }
        guard DeadLetter.letter(in: contents) != nil, let stage = text(DeadLetter.stage),
            let error = text(DeadLetter.error), let time = text(DeadLetter.time),
            let source = text(DeadLetter.source)
        else { return nil }
        self.contents = contents
        self.stage = stage
        sink = text(DeadLetter.sink)
        self.error = error
        self.time = time
        self.source = source
    }

    /// Where it failed, and its contents: what tells that the same record fails in the same way again.
    package func key(_ hashKey: SipHashKey) -> DedupKey {
        var hash = SipHash128(key: hashKey)
        for part in [DeadLetter.identity, stage, sink ?? ""] {
            var part = part
            part.withUTF8 { hash.update($0) }
            hash.update(0)
        }
        if let record = contents[DeadLetter.record] { hash.update(record.text) }
        let (high, low) = hash.finish()
        return DedupKey(high: high, low: low, seen: .init(time: 0))
    }

    /// The failed record.
    package var recordJSON: String? { contents[DeadLetter.record]?.json }

    /// What a field of the failed record says, where that is text or a number.
    package func text(of field: Key) -> String? {
        guard let value = contents[DeadLetter.record]?[field] else { return nil }
        return value.string ?? value.int.map { "\($0)" }
    }

    /// One record per failure: `{"stage", "sink", "error", "time", "source", "index", "record", "journey"}`, `time` in
    /// RFC 3339, `sink` only where one refused the record, `journey` what a replay has to know of it.
    ///
    /// Those of records that are too large for one chunk stand in several.
    static func records(for failures: some RandomAccessCollection<RecordFailure>) -> [Record] {
        if let records = try? chunk(of: failures) { return records }
        guard failures.count > 1 else { return [] }
        let half = failures.count / 2
        return records(for: failures.prefix(half)) + records(for: failures.dropFirst(half))
    }

    private static func chunk(of failures: some Collection<RecordFailure>) throws(ChunkTooLarge) -> [Record] {
        var builder = ChunkBuilder()
        for failure in failures {
            builder.beginObject()
            builder.key(stage)
            builder.string(failure.stage)
            if let name = failure.sink {
                builder.key(sink)
                builder.string(name)
            }
            builder.key(error)
            builder.string(failure.message)
            builder.key(time)
            builder.string(WallClock.rfc3339(nanoseconds: failure.time))
            builder.key(source)
            builder.string(failure.record.chunk.origin.source)
            builder.key(index)
            builder.uint(failure.record.index)
            builder.key(record)
            if let inner = letter(in: failure.record) {
                builder.copy(inner)
            } else {
                builder.copy(failure.record)
                addJourney(of: failure, to: &builder)
            }
            builder.endObject()
        }
        let (chunk, roots) = try builder.finish(
            origin: Origin(source: "dead_letters", received: failures.first?.time ?? 0))
        return roots.enumerated().map { Record(chunk: chunk, root: $1, index: UInt64($0)) }
    }

    /// What a record that is a dead letter holds: one that was read again and has failed again is not wrapped twice.
    static func letter(in record: Record) -> Node? {
        guard !record.isChanged, let inner = record[Self.record], inner.kind == .object,
            [stage, error, time, source].allSatisfy({ record[$0]?.string != nil }),
            record[index]?.int != nil
        else { return nil }
        return inner
    }
}
