import Buffering
import Synchronization

/// What is on its way through the chain, and the gate that lets records into it.
///
/// Between stages nothing waits for room: a stage that has records passes them on. So the signs of a checkpoint go
/// through a chain that is full, past the stages that hold records back, without any record overtaking another. The
/// bound is kept at one place: the inlet lets no records in while a link has as many as it may, or while all together
/// have as many bytes. What is let in then is one run at most, so each link is bounded by its own capacity and those
/// before it, and the bytes by the budget.
final class Flow: Sendable {
    /// What the inlet finds.
    enum Gate: Equatable, Sendable {
        case open, full
        /// Full, and half of it are batches that are being filled, so that it may never empty of itself.
        case fullOfBatches
    }

    private struct State {
        let budget: Int
        var load = Load.none
        /// Links that have as many records as they may.
        var fullLinks = 0
        /// Bytes of batches that are being filled.
        var batched = 0
        var hasMoved = false
        var isTicked = false
        var isPoked = false
        var waiting: CheckedContinuation<Void, Never>?

        var gate: Gate {
            if load.isNone || (fullLinks == 0 && load.bytes < budget) { return .open }
            return batched > budget / 2 ? .fullOfBatches : .full
        }
    }

    /// Bytes.
    let budget: Int
    private let state: Mutex<State>

    /// - Parameter budget: bytes that may be in the chain before it takes no more.
    init(budget: Int) {
        self.budget = budget
        state = Mutex(State(budget: budget))
    }

    /// What is on its way or held; batches that are being filled count as bytes alone.
    var load: Load { state.withLock { $0.load } }

    var gate: Gate { state.withLock { $0.gate } }

    /// Whether nothing is on its way or held.
    var isEmpty: Bool { state.withLock { $0.load.isNone } }

    /// Whether anything has moved since the last call.
    func takeMoved() -> Bool {
        state.withLock { state in
            defer { state.hasMoved = false }
            return state.hasMoved
        }
    }

    /// Whether a checkpoint has become due since the last call.
    func takeTick() -> Bool {
        state.withLock { state in
            defer { state.isTicked = false }
            return state.isTicked
        }
    }

    // MARK: Events of the links and stages

    /// Records are put into a link, or come into the chain otherwise.
    func entered(_ load: Load) { state.withLock { $0.load += load } }

    /// A link has become full, or is so no longer.
    func link(isFull: Bool) { change { $0.fullLinks += isFull ? 1 : -1 } }

    /// Records have gone from a link.
    func left(_ load: Load) {
        change { state in
            state.load -= load
            state.hasMoved = true
        }
    }

    /// A batch that is being filled takes records over from its link; they count as bytes alone, since the batch may be
    /// larger than any link.
    func batched(_ load: Load) {
        change { state in
            state.load += load
            state.batched += load.bytes
        }
    }

    /// A batch has left.
    func unbatched(_ load: Load) {
        change { state in
            state.load -= load
            state.batched -= load.bytes
            state.hasMoved = true
        }
    }

    // MARK: Waiting

    /// A checkpoint is due.
    func tick() {
        change { state in
            state.isTicked = true
            state.isPoked = true
        }
    }

    /// Lets a waiting inlet look again.
    func poke() { change { $0.isPoked = true } }

    /// Returns when a condition holds no longer, and after anything that may have changed it; one task at a time may
    /// wait.
    ///
    /// - Throws: `CancellationError`.
    func wait(while isWaiting: @Sendable (Gate, _ isEmpty: Bool) -> Bool) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    defer { state.isPoked = false }
                    if state.isPoked || Task.isCancelled || !isWaiting(state.gate, state.load.isNone) {
                        return true
                    }
                    state.waiting = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
        try Task.checkCancellation()
    }

    /// Makes a change, and lets the inlet look at it if it waits.
    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            return state.waiting.take()
        }
        waiting?.resume()
    }
}
