import Synchronization

/// Where the sources of a run come together, each under a number of its own.
final class SourceInlet: Sendable {
    let buffer: AsyncBuffer
    let budget: RecordBudget?
    let environment: RunEnvironment
    private let positions: [String: SourcePosition]
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
    ///   - positions: by name, where sources and their parts go on.
    ///   - budget: how many records all of them together may still send.
    init(
        buffer: AsyncBuffer, sources: Int, positions: [String: SourcePosition] = [:],
        budget: RecordBudget? = nil, environment: RunEnvironment
    ) {
        self.buffer = buffer
        self.budget = budget
        self.environment = environment
        self.positions = positions
        slots = Mutex(Slots(next: sources))
    }

    /// The place that something is to be read on from.
    func position(of name: String) -> SourcePosition { positions[name] ?? SourcePosition() }

    /// Gives a number to what has become known only now, and lets the reader of the buffer know.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    func open(_ name: String, at position: SourcePosition) throws -> Int {
        let slot = slots.withLock { $0.take() }
        try put(.opened(slot: slot, name: name, position))
        return slot
    }

    /// Says a position that no record has led to.
    func restate(_ position: SourcePosition, slot: Int) throws { try put(.reached(slot: slot, position)) }

    /// Takes a number back. Its next owner's records come behind this sign.
    func close(_ slot: Int) throws {
        try put(.closed(slot: slot))
        slots.withLock { $0.free.append(slot) }
    }

    func forget(_ name: String) throws { try put(.forgotten(name: name)) }

    /// The stored positions of the parts of a source, by key.
    func parts(of source: String) -> [String: SourcePosition] {
        var parts: [String: SourcePosition] = [:]
        let prefix = source + "/"
        for (name, position) in positions where name.utf8.starts(with: prefix.utf8) {
            parts[String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)] = position
        }
        return parts
    }

    private func put(_ control: Control) throws {
        do {
            try buffer.put(control)
        } catch {
            throw CancellationError()
        }
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
