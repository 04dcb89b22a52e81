import Synchronization

/// Where the sources of a run come together, each under a number of its own.
final class SourceInlet: Sendable {
    let buffer: AsyncBuffer
    let budget: RecordBudget?
    let environment: RunEnvironment
    /// What identities are stored with.
    let hashKey: SipHashKey
    let acknowledgements: Acknowledgements
    /// The sources that go on with what the state has under another identity, by identity in stored form.
    let carriedOver: Set<String>
    let positions: StartingPositions
    private let slots: Mutex<Slots>

    private struct Slots {
        /// The first number that nobody has had.
        var next: Int
        /// Numbers that were given back.
        var free: [Int] = []

        mutating func take() -> Int {
            if let slot = free.popLast() { return slot }
            defer { next += 1 }
            return next
        }
    }

    /// - Parameters:
    ///   - sources: how many there are; their numbers are the first ones.
    ///   - budget: how many records all of them together may still send.
    init(
        buffer: AsyncBuffer, sources: Int, positions: StartingPositions = StartingPositions(),
        carriedOver: Set<String> = [], hashKey: SipHashKey = SipHashKey(0, 0), budget: RecordBudget? = nil,
        acknowledgements: Acknowledgements? = nil, environment: RunEnvironment
    ) {
        self.buffer = buffer
        self.hashKey = hashKey
        self.budget = budget
        self.acknowledgements = acknowledgements ?? Acknowledgements(logger: environment.logger)
        self.environment = environment
        self.positions = positions
        self.carriedOver = carriedOver
        slots = Mutex(Slots(next: sources))
    }

    /// Says something of a source in its place among the records.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    func say(_ control: Control) throws {
        do {
            try buffer.put(control)
        } catch {
            throw CancellationError()
        }
    }

    /// All sources have had their round; what they have sent is complete as far as that can be said.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    func endRound() throws { try say(.roundEnd) }

    /// Gives a number to what has become known only now, and lets the reader of the buffer know.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    func open(_ identity: String, at position: SourcePosition) throws -> Int {
        let slot = slots.withLock { $0.take() }
        try say(.opened(slot: slot, identity: identity, position))
        return slot
    }

    /// Takes a number back. Its next owner's records come behind this sign.
    func close(_ slot: Int) throws {
        try say(.closed(slot: slot))
        slots.withLock { $0.free.append(slot) }
    }
}

/// How many records the sources of a run may still send.
final class RecordBudget: Sendable {
    private struct State {
        /// Records that nobody has been granted.
        var left: Int
        /// Records that were granted and are not in the pipeline yet.
        var open = 0
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(left: max(0, count))) }

    /// Whether as many as there may be are in the pipeline; before, who was granted some must not be stopped.
    var isSpent: Bool { state.withLock { $0.left == 0 && $0.open == 0 } }

    /// Takes as many as there are, up to `wanted`; ``settle(_:)`` follows.
    func take(_ wanted: Int) -> Int {
        state.withLock { state in
            let granted = min(state.left, wanted)
            state.left -= granted
            state.open += granted
            return granted
        }
    }

    /// What was granted is in the pipeline, or never will be.
    func settle(_ granted: Int) { state.withLock { $0.open -= granted } }
}
