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
    }

    /// The source's name, the value of `meta.source`.
    package let name: String
    package let logger: Logger

    private let slot: Int
    private let inlet: AsyncBuffer
    private let figures: SourceFigures
    private let budget: RecordBudget?
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameters:
    ///   - slot: the source's number in the pipeline.
    ///   - position: where the source goes on; the records that it counts are skipped here.
    ///   - budget: how many records all sources together may still send.
    ///   - now: the time in nanoseconds since 1970.
    package init(
        name: String, slot: Int, inlet: AsyncBuffer, position: SourcePosition, figures: SourceFigures,
        budget: RecordBudget? = nil, logger: Logger, now: @escaping @Sendable () -> Int64
    ) {
        self.name = name
        self.slot = slot
        self.inlet = inlet
        self.figures = figures
        self.budget = budget
        self.logger = logger
        self.now = now
        state = Mutex(State(position: position, skip: position.count))
    }

    /// The last anchor: where a new reading of the source starts.
    var anchor: Anchor? { state.withLock { $0.position.anchor } }

    /// The source is about to be read again from ``anchor``.
    func beginRound() {
        state.withLock { state in
            state.skip = state.position.count
            state.index = state.indexAtAnchor
            state.handedOver = 0
        }
    }

    /// The origin for a chunk that has been received now.
    package func origin() -> Origin { Origin(source: name, slot: slot, received: now()) }

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
        let granted = budget?.take(wanted) ?? wanted
        if granted < wanted { records.removeLast(wanted - granted) }
        if !records.isEmpty { try await put(consume records) }
        if granted < wanted { throw LimitReached() }
        if let anchor { try reached(anchor) }
        if let budget, budget.isSpent { throw LimitReached() }
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
            try await inlet.put(records) { count in
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
            try inlet.put(.reached(slot: slot, position))
        } catch {
            throw CancellationError()
        }
    }
}

/// How many records the sources of a run may still send.
package final class RecordBudget: Sendable {
    private let left: Mutex<Int>

    package init(_ count: Int) { left = Mutex(max(0, count)) }

    var isSpent: Bool { left.withLock { $0 == 0 } }

    /// Takes as many as there are, up to `wanted`.
    func take(_ wanted: Int) -> Int {
        left.withLock { left in
            let granted = min(left, wanted)
            left -= granted
            return granted
        }
    }
}
