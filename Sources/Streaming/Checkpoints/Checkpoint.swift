package import Records

/// All that must be stored together for a start to go on from one point of the stream.
package struct Checkpoint: Sendable {
    /// The sources and their parts that have moved since the last checkpoint; nil forgets one.
    package var sources: [String: SourcePosition?] = [:]
    package var sinks: [String: SinkPosition] = [:]
    /// By the sink, the number of the last note that its position makes superfluous.
    package var coveredNotes: [String: UInt64] = [:]
    /// Keys whose records have been delivered or dropped since the last checkpoint, or that were seen again.
    package var keys: [DedupKey] = []
    /// Keys whose records were not delivered after all; they go from the history, before the others come in.
    package var removedKeys: [DedupKey] = []
    /// What similar texts find the keys of stories by, of those that were opened since the last checkpoint.
    package var stories: [StoryEntry] = []
    /// By the number of a reading of a document, when it was last known to be what the document shows, in seconds of
    /// the history's clock.
    package var sightings: [Int64: Int64] = [:]
    /// What stages that keep sightings have seen since the last checkpoint.
    package var keySightings: [KeySighting] = []
    /// By the stage, how what it holds back has changed.
    package var held: [String: HeldChange] = [:]
    /// By the stage, when its last record left, in nanoseconds since 1970.
    package var rates: [String: Int64] = [:]
    package var clock: HistoryClock.Stored?
    /// The parts of the spec, where they differ from what is stored.
    package var layout: [LayoutEntry]?

    package init() {}
}

/// A source, a stage or a sink of the spec that a state was last used with.
package struct LayoutEntry: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable { case source, stage, sink }

    /// What an entry is among all.
    package struct Key: Hashable, Sendable {
        package let kind: Kind
        /// In stored form.
        package let identity: String

        package init(_ kind: Kind, _ identity: String) {
            self.kind = kind
            self.identity = identity
        }
    }

    package let kind: Kind
    /// In stored form.
    package let identity: String
    package let name: String
    /// Whether it is a stage that some records go past.
    package let isConditional: Bool

    package init(kind: Kind, identity: String, name: String, isConditional: Bool = false) {
        self.kind = kind
        self.identity = identity
        self.name = name
        self.isConditional = isConditional
    }

    package var key: Key { Key(kind, identity) }
}

/// How the records that a stage holds back have changed since the last checkpoint. They are numbered in the order in
/// which they came, and leave in that order.
package struct HeldChange: Hashable, Sendable {
    /// Those with lower numbers are held no more.
    package var first: UInt64
    /// In place of those with the same numbers, where there are any.
    package var added: [HeldRecord]

    package init(first: UInt64, added: [HeldRecord] = []) {
        self.first = first
        self.added = added
    }
}

/// A key that a `dedup` has let a record through with.
package struct Admission: Hashable, Sendable, Codable {
    /// The identity of the stage, in stored form.
    package let stage: String
    package let key: DedupKey
    /// Whether the key is that of another record, which this one is similar to.
    package let isFollower: Bool

    package init(stage: String, key: DedupKey, isFollower: Bool = false) {
        self.stage = stage
        self.key = key
        self.isFollower = isFollower
    }
}

/// The identity of a record in the history: 128 bits of a keyed hash, and when it was last seen.
package struct DedupKey: Hashable, Sendable, Codable {
    /// When a key was last seen, and where.
    package struct Seen: Hashable, Sendable, Codable {
        /// Seconds of the history's clock.
        package var time: Int64
        /// The number of the reading of a document that showed it last; 0 where it came from no document.
        package var reading: Int64

        package init(time: Int64, reading: Int64 = 0) {
            self.time = time
            self.reading = reading
        }
    }

    package let high: UInt64
    package let low: UInt64
    package var seen: Seen

    package init(high: UInt64, low: UInt64, seen: Seen) {
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
    /// The name of the sink that refused it; nil where it was none.
    package let sink: String?
    /// Sinks of the same stage that have it, by identity in stored form.
    package let takers: [String]
    package let message: String
    /// Nanoseconds since 1970.
    package let time: Int64

    package init(
        record: Record, stage: String, sink: String? = nil, takers: [String] = [], message: String,
        time: Int64
    ) {
        self.record = record
        self.stage = stage
        self.sink = sink
        self.takers = takers
        self.message = message
        self.time = time
    }
}
