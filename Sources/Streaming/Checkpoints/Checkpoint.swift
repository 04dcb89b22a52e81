package import Records

/// A point in the stream, on its way through the chain.
///
/// It is made where the sources have been merged, so its positions say for every source what went before it. The
/// chain keeps order; each stage adds what belongs to the point, and at the end of the chain the checkpoint is
/// stored in one transaction.
package struct Marker: Sendable {
    package let id: UInt64
    /// Nothing follows it: stages let go of what they hold before they pass it on.
    package let isFinal: Bool
    package var checkpoint: Checkpoint
    /// By the sink's name, how many notes it had made when it answered.
    var answered: [String: Int] = [:]

    package init(id: UInt64, isFinal: Bool = false, checkpoint: Checkpoint) {
        self.id = id
        self.isFinal = isFinal
        self.checkpoint = checkpoint
    }
}

/// All that must be stored together for a start to go on from one point of the stream.
package struct Checkpoint: Sendable {
    /// By the name of the source or its part, those that have moved since the last checkpoint.
    package var sources: [String: SourcePosition] = [:]
    /// The names of parts whose positions are to go.
    package var forgotten: Set<String> = []
    /// By the sink's name.
    package var sinks: [String: SinkPosition] = [:]
    /// Keys whose records have been delivered since the last checkpoint, with their time.
    package var keys: [DedupKey] = []
    /// Records that a stage holds back (an unfinished batch), by the stage's name; replaces what was held before.
    package var held: [String: [HeldRecord]] = [:]

    package init() {}
}

extension Marker {
    /// A sink has made everything before the marker durable.
    mutating func add(_ answer: SinkWriter.Answer) {
        if let position = answer.position { checkpoint.sinks[answer.sink] = position }
        answered[answer.sink] = answer.notes
    }
}

/// A record that a stage holds across a checkpoint, in a form that can be stored.
package struct HeldRecord: Hashable, Sendable, Codable {
    package let source: String
    /// Nanoseconds since 1970.
    package let received: Int64
    package let index: UInt64
    package let json: String

    package init(source: String, received: Int64, index: UInt64, json: String) {
        self.source = source
        self.received = received
        self.index = index
        self.json = json
    }
}

/// The identity of a record in the history: 128 bits of a keyed hash, and when it was last seen.
package struct DedupKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64
    /// Seconds since 1970.
    package var seen: Int64

    package init(high: UInt64, low: UInt64, seen: Int64) {
        self.high = high
        self.low = low
        self.seen = seen
    }
}

/// A record that a stage gave up.
package struct RecordFailure: Sendable {
    package let record: Record
    /// The name of the stage.
    package let stage: String
    package let message: String
    /// Nanoseconds since 1970.
    package let time: Int64

    package init(record: Record, stage: String, message: String, time: Int64) {
        self.record = record
        self.stage = stage
        self.message = message
        self.time = time
    }
}
