import Logging
import Synchronization

/// A source that wants to hear which of its records have been delivered everywhere: a queue, which then forgets them.
package protocol AcknowledgingSource: Source {
    /// A checkpoint that covers the stream up to a position is durable.
    ///
    /// Called in the order of the checkpoints, with positions of this source's own records, not of parts that it reads
    /// by ``SourceOutlet/withPart(_:at:_:)``; also while it is being read, and once more after its last reading. What
    /// was stored and may not have been told, since the process died in between or this threw, is told again, in this
    /// run or in the next. The pipeline waits meanwhile.
    func committed(_ position: SourcePosition) async throws
}

/// Tells sources what has become durable.
final class Acknowledgements: Sendable {
    fileprivate struct Listener {
        let name: String
        let source: any AcknowledgingSource
        /// Stored, and not told yet.
        var untold: SourcePosition?
        /// It was said in the log that it cannot be told.
        var isTroubled = false
    }

    fileprivate struct State {
        /// By identity in stored form.
        var listeners: [String: Listener] = [:]
        /// By the stage that holds records, the number of the last.
        var held: [String: UInt64] = [:]
    }

    private let isSilent: Bool
    private let isDurable: Bool
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameters:
    ///   - isSilent: nobody is told anything.
    ///   - isDurable: whether what is stored outlives the process. Where not, records that stages hold would go with it,
    ///     so nothing is told while there are any.
    ///   - held: what stages hold to begin with.
    init(
        isSilent: Bool = false, isDurable: Bool = true, held: [String: [HeldRecord]] = [:], logger: Logger
    ) {
        self.isSilent = isSilent
        self.isDurable = isDurable
        self.logger = logger
        state = Mutex(State(held: held.compactMapValues(\.last?.number)))
    }

    /// - Parameters:
    ///   - identity: in stored form.
    ///   - name: what logs call it.
    ///   - position: where it goes on. A run before this one has stored it, and perhaps died before it could say so.
    func register(
        _ source: any Source, as identity: String, name: String, at position: SourcePosition
    ) {
        guard !isSilent, let source = source as? any AcknowledgingSource else { return }
        let untold = position == SourcePosition() ? nil : position
        state.withLock { $0.listeners[identity] = Listener(name: name, source: source, untold: untold) }
    }

    /// Another object stands for a source from now on.
    func replace(_ identity: String, by source: any Source) {
        guard let source = source as? any AcknowledgingSource else { return }
        state.withLock { state in
            guard let old = state.listeners[identity] else { return }
            state.listeners[identity] = Listener(name: old.name, source: source, untold: old.untold)
        }
    }

    /// A checkpoint has been stored.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere. A source that cannot be told fails alone.
    func committed(_ checkpoint: Checkpoint) async throws {
        for (identity, listener) in state.withLock({ $0.takeUntold(with: checkpoint, isDurable: isDurable) })
        {
            guard let position = listener.untold else { continue }
            do {
                try await listener.source.committed(position)
                if listener.isTroubled {
                    logger.notice("source '\(listener.name)' can be told again what was delivered")
                }
            } catch {
                if error is CancellationError || Task.isCancelled { throw CancellationError() }
                if !listener.isTroubled {
                    logger.error(
                        "source '\(listener.name)' could not be told what was delivered: \(error); it is told again with the next checkpoint, or by the next run"
                    )
                }
                state.withLock { $0.failed(identity, position) }
            }
        }
    }
}

extension Acknowledgements.State {
    /// Those who have something to hear, as they were.
    fileprivate mutating func takeUntold(
        with checkpoint: Checkpoint, isDurable: Bool
    ) -> [String: Acknowledgements.Listener] {
        if listeners.isEmpty { return [:] }
        for (identity, position) in checkpoint.sources {
            // A source that starts anew has nothing to hear of.
            guard let position, position != SourcePosition() else { continue }
            listeners[identity]?.untold = position
        }
        for (stage, change) in checkpoint.held {
            if let last = change.added.last?.number { held[stage] = last }
            if let last = held[stage], last < change.first { held[stage] = nil }
        }
        if !isDurable, !held.isEmpty { return [:] }
        let told = listeners.filter { $0.value.untold != nil }
        for identity in told.keys {
            listeners[identity]?.untold = nil
            listeners[identity]?.isTroubled = false
        }
        return told
    }

    /// Whoever has heard nothing newer meanwhile is to be told again.
    fileprivate mutating func failed(_ identity: String, _ position: SourcePosition) {
        listeners[identity]?.untold = position
        listeners[identity]?.isTroubled = true
    }
}
