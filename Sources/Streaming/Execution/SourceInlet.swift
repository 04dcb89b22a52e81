import Synchronization

/// Where the sources of a run come together, each under a number of its own.
final class SourceInlet: Sendable {
    let buffer: AsyncBuffer
    let budget: RecordBudget?
    let environment: RunEnvironment
    /// What identities are stored with.
    let hashKey: SipHashKey
    let acknowledgements: Acknowledgements
    private let positions: [String: SourcePosition]
    private let nextSlot: Atomic<Int>

    /// - Parameters:
    ///   - sources: how many there are; their numbers are the first ones.
    ///   - positions: by identity in stored form, where sources and their parts go on.
    ///   - budget: how many records all of them together may still send.
    init(
        buffer: AsyncBuffer, sources: Int, positions: [String: SourcePosition] = [:],
        hashKey: SipHashKey = SipHashKey(0, 0), budget: RecordBudget? = nil,
        acknowledgements: Acknowledgements = Acknowledgements(), environment: RunEnvironment
    ) {
        self.buffer = buffer
        self.hashKey = hashKey
        self.budget = budget
        self.acknowledgements = acknowledgements
        self.environment = environment
        self.positions = positions
        nextSlot = Atomic(sources)
    }

    /// The place that something is to be read on from.
    ///
    /// - Parameter identity: in stored form.
    func position(of identity: String) -> SourcePosition { positions[identity] ?? SourcePosition() }

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
        let slot = nextSlot.add(1, ordering: .relaxed).oldValue
        try say(.opened(slot: slot, identity: identity, position))
        return slot
    }
}

/// How many records the sources of a run may still send.
final class RecordBudget: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(max(0, count)) }

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
