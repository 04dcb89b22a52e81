import Records
import Streaming
import Synchronization

/// A queue that keeps its messages until they are acknowledged; it outlives the runs, as a broker would.
final class MessageQueue: Sendable {
    private struct State {
        var acknowledged = 0
        var told: [SourcePosition] = []
        /// The next so many acknowledgements do not get through.
        var failures = 0
    }

    let count: Int
    private let state = Mutex(State())

    /// - Parameter count: messages `{"n":…}`.
    init(count: Int, failures: Int = 0) {
        self.count = count
        state.withLock { $0.failures = failures }
    }

    /// The messages before this number are forgotten.
    var acknowledged: Int { state.withLock { $0.acknowledged } }
    /// What the source was told, in order.
    var told: [SourcePosition] { state.withLock { $0.told } }

    func acknowledge(_ position: SourcePosition) throws {
        try state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                throw Broken("no connection")
            }
            state.told.append(position)
            state.acknowledged = max(state.acknowledged, MessageQueue.count(before: position))
        }
    }

    static func count(before position: SourcePosition?) -> Int {
        (position?.anchor.flatMap { Int($0.json) } ?? 0) + Int(position?.count ?? 0)
    }
}

/// Reads a queue: what has not been acknowledged comes again, except for what the pipeline has already.
struct QueueSource: AcknowledgingSource {
    let queue: MessageQueue
    var run = 3
    /// Whether each run of messages ends with an anchor; else the engine counts.
    var anchors = true
    /// Called before each run of messages.
    var before: @Sendable (Int) async throws -> Void = { _ in }
    /// Called with what the source is told.
    var onCommitted: @Sendable (SourcePosition) throws -> Void = { _ in }
    /// Whether it waits for more at its end.
    var waits = false

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        var next = anchor.flatMap { Int($0.json) } ?? 0
        while next < queue.count {
            try await before(next)
            let end = min(next + run, queue.count)
            let records = try Items.records(
                (next..<end).map { "{\"n\":\($0)}" }, origin: outlet.origin(), from: UInt64(next))
            next = end
            try await outlet.send(records, then: anchors ? Anchor(json: "\(end)") : nil)
        }
        try await before(next)
        if waits { try await ManualClock().sleep(for: .seconds(1)) }
    }

    func committed(_ position: SourcePosition) async throws {
        try onCommitted(position)
        try queue.acknowledge(position)
    }
}
