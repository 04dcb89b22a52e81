import Records

/// A record that a stage holds across a checkpoint, with all that stores have to know of it.
package struct HeldRecord: Sendable {
    /// A whole buffer of records can become part of one checkpoint: they are written out one by one, when they are
    /// stored, rather than all at once beside themselves.
    private enum Content: Sendable {
        case text(String)
        case record(Record)
    }

    /// Its number in the stage.
    package let number: UInt64
    package let source: String
    /// Nanoseconds since 1970.
    package let received: Int64
    package let index: UInt64
    private let content: Content
    /// The keys that it was admitted with.
    package let admissions: [Admission]
    /// Sinks that have it although their tap is still ahead of it, as an edit of the spec makes it; by identity in stored
    /// form.
    package private(set) var sinks: [String]
    /// Whether a sink has it already.
    package let isDelivered: Bool
    /// Whether its texts were made plain where it was read; see `Origin.hasPlainTexts`.
    package let hasPlainTexts: Bool

    /// The record as JSON, its overlay applied; made anew each time.
    package var json: String {
        switch content {
        case .text(let text): return text
        case .record(let record):
            var output = OutputBuffer()
            output.append(record)
            return String(decoding: output.bytes, as: UTF8.self)
        }
    }

    /// A record as a store gives it back.
    package init(
        number: UInt64, source: String, received: Int64, index: UInt64, json: String,
        admissions: [Admission] = [], sinks: [String] = [], isDelivered: Bool = false,
        hasPlainTexts: Bool = false
    ) {
        self.number = number
        self.source = source
        self.received = received
        self.index = index
        content = .text(json)
        self.admissions = admissions
        self.sinks = sinks
        self.isDelivered = isDelivered
        self.hasPlainTexts = hasPlainTexts
    }

    /// A record that a stage holds, or has failed with.
    init(_ record: Record, number: UInt64) {
        let origin = record.chunk.origin
        self.number = number
        source = origin.source
        received = origin.received
        index = record.index
        content = .record(record)
        admissions = record.admissions()
        sinks = record.sinksBefore()
        isDelivered = record.isDelivered
        hasPlainTexts = origin.hasPlainTexts
    }

    /// The same record, which some sinks have.
    func had(by others: Set<String>) -> HeldRecord {
        var record = self
        record.sinks = others.union(sinks).sorted()
        return record
    }

    /// The record again, without what it carried.
    ///
    /// - Parameter slot: the number of the record's source in this run.
    func record(slot: Int) throws -> Record {
        let origin = Origin(
            source: source, slot: slot, received: received, hasPlainTexts: hasPlainTexts)
        let (chunk, root) = try JSONParser().parse(json, origin: origin)
        var record = Record(chunk: chunk, root: root, index: index)
        record.isDelivered = isDelivered
        return record
    }
}

extension HeldRecord: Hashable {
    package static func == (one: HeldRecord, other: HeldRecord) -> Bool {
        one.number == other.number && one.source == other.source && one.received == other.received
            && one.index == other.index && one.isDelivered == other.isDelivered
            && one.hasPlainTexts == other.hasPlainTexts && one.admissions == other.admissions
            && one.sinks == other.sinks
            && one.json == other.json
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(number)
        hasher.combine(source)
    }
}
