package import Logging
package import Records
import Synchronization

/// The way from one source into the pipeline.
///
/// Used by the source's own task only.
package final class SourceOutlet: Sendable {
    /// Thrown when the run has as many records as it was asked for.
    struct LimitReached: Error {}

    private struct State {
        /// The place reached: an anchor and the records sent since.
        var position: SourcePosition
        /// Records that come again from the anchor and were sent before.
        var skip: UInt64
        /// The number for the next record's `meta.index`.
        var index: UInt64 = 0
        /// The number of the first record after the anchor.
        var indexAtAnchor: UInt64 = 0
        /// Records handed over since the anchor, those that were skipped included.
        var handedOver: UInt64 = 0
        /// The reading of a document that records come from; 0 for none.
        var reading: Int64 = 0
        /// Time that the source does not want to be read again, from the beginning of this reading.
        var rest = Duration.zero
        /// Nil for most sources, which have none.
        var ownParts: OwnParts?
    }

    /// The source's name, the value of `meta.source`.
    package let name: String
    /// What the source is known by in the state, in stored form.
    package let identity: String
    package var logger: Logger { inlet.environment.logger }

    let inlet: SourceInlet
    let figures: SourceFigures
    let notes = ReadingNotes()

    let slot: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - slot: the source's number in the run.
    ///   - position: where the source goes on; the records that it counts are skipped here.
    init(
        name: String, identity: String, slot: Int, inlet: SourceInlet, position: SourcePosition,
        figures: SourceFigures
    ) {
        self.name = name
        self.identity = identity
        self.slot = slot
        self.inlet = inlet
        self.figures = figures
        state = Mutex(State(position: position, skip: position.count))
    }

    /// Whether the source goes on at this run's beginning with what the state has of another address.
    package var isCarriedOver: Bool { inlet.carriedOver.contains(identity) }

    /// The parts that the source reads itself.
    var ownParts: OwnParts {
        state.withLock { state in
            let ownParts = state.ownParts ?? OwnParts()
            state.ownParts = ownParts
            return ownParts
        }
    }

    /// Where a part of the source's work that blocks is done.
    package func executor(_ label: String) -> any TaskExecutor {
        inlet.environment.executor("feedspine.\(label).\(name)")
    }

    /// Threads that can compute at the same time.
    package var cores: Int { inlet.environment.cores }

    /// The last anchor: where a new reading of the source starts.
    package var anchor: Anchor? { position.anchor }

    /// The place reached.
    var position: SourcePosition { state.withLock { $0.position } }

    /// The source is about to be read again from ``anchor``.
    func beginRound() {
        state.withLock { state in
            state.skip = state.position.count
            state.index = state.indexAtAnchor
            state.handedOver = 0
            state.rest = .zero
            state.reading = 0
        }
    }

    /// How long the source does not want to be read again, from the beginning of its last reading.
    var rest: Duration { state.withLock { $0.rest } }

    /// Says that the source should not be read again for some time, counted from the beginning of this reading; of
    /// several wishes the longest counts. A pipeline that polls the source waits that long, or longer.
    package func rest(for time: Duration) { state.withLock { $0.rest = max($0.rest, time) } }

    /// The origin for a chunk that has been received now.
    ///
    /// - Parameter hasPlainTexts: see ``Origin/hasPlainTexts``.
    package func origin(hasPlainTexts: Bool = false) -> Origin {
        Origin(
            source: name, slot: slot, received: inlet.environment.now(),
            reading: state.withLock { $0.reading }, hasPlainTexts: hasPlainTexts)
    }

    /// What is sent from now on comes from a document that is read anew, or on from where an attempt broke off.
    ///
    /// - Parameter number: that of the attempt.
    /// - Returns: the number of this reading, for ``isUnchanged(since:)``.
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    package func beginReading(goingOn number: Int64?) throws -> Int64 {
        let reading = number ?? newReading()
        state.withLock { $0.reading = reading }
        try inlet.say(.sighted(reading: reading))
        return reading
    }

    private func newReading() -> Int64 {
        var hash = SipHash128(key: inlet.hashKey)
        var identity = identity
        identity.withUTF8 { hash.update($0) }
        let document = hash
        withUnsafeBytes(of: inlet.environment.now()) { for byte in $0 { hash.update(byte) } }
        withUnsafeBytes(of: inlet.environment.random()) { for byte in $0 { hash.update(byte) } }
        return ReadingNumber.make(document: document.finish().low, reading: hash.finish().low)
    }

    /// The document still shows what a reading gave: all its items count as seen again.
    ///
    /// - Parameter reading: what ``beginReading()`` answered, in this run or in one before.
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    package func isUnchanged(since reading: Int64) throws { try inlet.say(.sighted(reading: reading)) }

    /// Numbers for the `meta.index` of the next `count` records of this run.
    ///
    /// - Returns: the first of them.
    package func indexes(_ count: Int) -> UInt64 {
        state.withLock { state in
            defer { state.index += UInt64(count) }
            return state.index
        }
    }

    /// Hands records to the pipeline, in order, suspended while it is busy.
    ///
    /// - Parameter anchor: the place after these records, where the source can say it.
    /// - Throws: `CancellationError` when the run is being stopped or has failed elsewhere; the source should return.
    package func send(_ records: consuming [Record], then anchor: Anchor? = nil) async throws {
        notes.beginSending()
        defer { notes.endSending(at: inlet.environment.uptime()) }
        var records = records
        let handedOver = records.count
        let skipped = state.withLock { state in
            let count = min(state.skip, UInt64(handedOver))
            state.skip -= count
            state.handedOver += UInt64(handedOver)
            return Int(count)
        }
        if skipped > 0 { records.removeFirst(skipped) }
        let wanted = records.count
        let granted = inlet.budget?.take(wanted) ?? wanted
        if granted < wanted { records.removeLast(wanted - granted) }
        do {
            defer { inlet.budget?.settle(granted) }
            if !records.isEmpty { try await put(consume records) }
        }
        if granted < wanted { throw LimitReached() }
        if let anchor { try reached(anchor) }
        if let budget = inlet.budget, budget.isSpent { throw LimitReached() }
    }

    /// Says that the input is not the one that the anchor was made for: nothing is skipped.
    ///
    /// - Parameter anchor: the place that it is read from now; nil is its start.
    package func restart(from anchor: Anchor? = nil) throws {
        state.withLock { $0.skip = 0 }
        try reached(anchor)
    }

    /// Counts an answer of a server.
    ///
    /// - Parameter isUnchanged: whether it says that nothing is new.
    package func answered(isUnchanged: Bool) { figures.answered(isUnchanged: isUnchanged) }

    /// Counts bytes that a server has sent, compressed as they were.
    package func received(bytes count: Int) { figures.received(bytes: count) }

    /// Counts and logs a part of the input that could not be read; the source goes on.
    package func reject(_ problem: SourceProblem) {
        let count = figures.rejected()
        if count <= SourceFigures.loggedRejects { logger.warning("\(problem.place): \(problem.message)") }
        if count == SourceFigures.loggedRejects {
            logger.warning("source '\(name)': more problems of this kind are counted, not logged")
        }
    }

    private func put(_ records: consuming [Record]) async throws {
        do {
            try await inlet.buffer.put(records) { count in
                figures.produced(count)
                notes.sent(count)
                // A count from a state file may be any number.
                state.withLock { $0.position.count &+= UInt64(count) }
            }
        } catch {
            throw CancellationError()
        }
    }

    private func reached(_ anchor: Anchor?) throws {
        let position = state.withLock { state in
            // Where anchors stand elsewhere than in the reading before, records after this one were sent already.
            state.position = SourcePosition(anchor: anchor, count: state.skip)
            state.indexAtAnchor += state.handedOver
            state.handedOver = 0
            return state.position
        }
        try inlet.say(.reached(slot: slot, position))
    }
}
