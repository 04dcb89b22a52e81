import Synchronization

/// What the readings of one source leave for the loop that decides who is read.
final class ReadingNotes: Sendable {
    private struct State {
        var sent = 0
        var parts: SourceParts?
        var said: Set<String> = []
    }

    /// Things said once are remembered up to this many, which no source should reach.
    private static let mostSaid = 64
    private static let isSending = Int64.max

    /// When something was last sent, in nanoseconds of the run's uptime.
    private let lastSent = Atomic<Int64>(0)
    private let state = Mutex(State())

    /// The source has something to send; while the pipeline is busy that may take long.
    func beginSending() { lastSent.store(ReadingNotes.isSending, ordering: .relaxed) }

    func endSending(at now: Duration) { lastSent.store(now.nanoseconds, ordering: .relaxed) }

    /// When the source last had something to send: now, if it is still about it.
    func lastSending(at now: Duration) -> Duration {
        let time = lastSent.load(ordering: .relaxed)
        return time == ReadingNotes.isSending ? now : .nanoseconds(time)
    }

    func sent(_ count: Int) { state.withLock { $0.sent += count } }

    /// Records that the source itself, or the part, has sent so far.
    var sentCount: Int { state.withLock { $0.sent } }

    func divide(into parts: SourceParts) { state.withLock { $0.parts = parts } }

    /// The parts that the last reading has named, once.
    func takeParts() -> SourceParts? { state.withLock { $0.parts.take() } }

    /// Whether something is new, and so to be said.
    func isNews(_ message: String) -> Bool {
        state.withLock { $0.said.count < ReadingNotes.mostSaid && $0.said.insert(message).inserted }
    }
}
