package import Records

/// What a `dedup` of similar texts compares, and what it does with those that it finds.
package struct NearDuplicates: Sendable {
    package enum Then: Sendable {
        /// They go no further.
        case drop
        /// They go on, with the story that they belong to.
        case mark
    }

    /// Fields whose texts are compared together, each a path such as `["content", "text"]`.
    package let texts: [[Key]]
    /// The least similarity: Jaccard's, of the sets of shingles (`StoryText`); 0.5 to 1.
    package let similarity: Double
    package let then: Then

    package init(texts: [[Key]], similarity: Double, then: Then = .drop) {
        self.texts = texts
        self.similarity = similarity
        self.then = then
    }

    /// Adds the texts of a record; what is no text counts as absent.
    func add(_ record: borrowing Record, to text: inout StoryText) {
        for path in texts {
            var node = path.first.flatMap { record[$0] }
            for key in path.dropFirst() { node = node?[key] }
            _ = node?.withUTF8 { text.add($0) }
        }
    }
}

/// When the bands of stories are written.
///
/// A band is forgotten with its time, and it is not looked at when its story is seen again: so the first sighting in each
/// quarter of the history writes the bands once more. Their times are rounded up to a 64th of the history, so that a page of
/// them needs one byte for each.
struct StoryTimes {
    /// What a story has to be remembered for beyond its history.
    static func ttl(history: Duration) -> Duration { history + history / 4 + .seconds(1) }

    private let quarter: Int64
    private let unit: Int64

    /// - Parameter history: seconds.
    init(history: Int64) {
        quarter = max(1, history / 4)
        unit = 1 << max(0, 63 - Int64(max(1, history / 64).leadingZeroBitCount))
    }

    /// Whether bands of a story have to be written that was seen before.
    func isDue(seen: Int64, now: Int64) -> Bool {
        StoryTimes.floor(seen, quarter) != StoryTimes.floor(now, quarter)
    }

    /// The time to store for one.
    func stored(_ time: Int64) -> Int64 {
        let rounded = StoryTimes.floor(time, unit).multipliedReportingOverflow(by: unit)
        let (next, isBeyond) = rounded.partialValue.addingReportingOverflow(unit)
        return rounded.overflow || isBeyond ? time : rounded.partialValue == time ? time : next
    }

    private static func floor(_ time: Int64, _ unit: Int64) -> Int64 {
        let (quotient, rest) = time.quotientAndRemainder(dividingBy: unit)
        return rest < 0 ? quotient - 1 : quotient
    }
}

/// `dedup` with `near`: drops or marks records whose texts are similar to one that was delivered before.
package struct NearOperation: HistoryOperation {
    package let near: NearDuplicates
    /// How long a story counts as known.
    package let history: Duration
    /// How long it is remembered.
    package let ttl: Duration

    package var kind: String { "dedup" }

    package init(_ near: NearDuplicates, history: Duration, ttl: Duration) {
        self.near = near
        self.history = history
        self.ttl = max(ttl, StoryTimes.ttl(history: history))
    }

    package func build(_ context: inout StageContext) throws -> StagePart { StagePart(context.nearStep) }
}
