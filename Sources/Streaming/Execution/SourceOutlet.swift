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
        /// Time that the source does not want to be read again, from the beginning of this reading.
        var rest = Duration.zero
    }

    /// The source's name, the value of `meta.source`.
    package let name: String
    package let logger: Logger

    let inlet: SourceInlet
    let figures: SourceFigures
    /// Attempts to read a part of the source.
    let retry: RetryPolicy?
    /// The parts that the source has been divided into so far.
    let parts = SourceParts()

    let slot: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - slot: the source's number in the run.
    ///   - position: where the source goes on; the records that it counts are skipped here.
    init(
        name: String, slot: Int, inlet: SourceInlet, position: SourcePosition, figures: SourceFigures,
        retry: RetryPolicy? = nil
    ) {
        self.name = name
        self.slot = slot
        self.inlet = inlet
        self.figures = figures
        self.retry = retry
        logger = inlet.environment.logger
        state = Mutex(State(position: position, skip: position.count))
    }

    /// The last anchor: where a new reading of the source starts.
    var anchor: Anchor? { position.anchor }

    /// The place reached.
    var position: SourcePosition { state.withLock { $0.position } }

    /// The source is about to be read again from ``anchor``.
    func beginRound() {
        state.withLock { state in
            state.skip = state.position.count
            state.index = state.indexAtAnchor
            state.handedOver = 0
            state.rest = .zero
        }
    }

    /// How long the source does not want to be read again, from the beginning of its last reading.
    var rest: Duration { state.withLock { $0.rest } }

    /// Says that the source should not be read again for some time, counted from the beginning of this reading; of
    /// several wishes the longest counts. A pipeline that polls the source waits that long, or longer.
    package func rest(for time: Duration) { state.withLock { $0.rest = max($0.rest, time) } }

    /// The origin for a chunk that has been received now.
    package func origin() -> Origin { Origin(source: name, slot: slot, received: inlet.environment.now()) }

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
        if !records.isEmpty { try await put(consume records) }
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
                state.withLock { $0.position.count += UInt64(count) }
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
        do {
            try inlet.buffer.put(.reached(slot: slot, position))
        } catch {
            throw CancellationError()
        }
    }
}
