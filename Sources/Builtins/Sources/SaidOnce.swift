import Logging
import Streaming
import Synchronization

/// What a source has said in this run, so that a source that is polled does not say it each time.
final class SaidOnce: Sendable {
    private struct Rounds {
        var last: Set<String> = []
        var now: Set<String> = []
    }

    private let rounds = Mutex(Rounds())

    /// Logs what has not been said since it last was not so; of many messages the first, and how many there are.
    func report(_ messages: [(level: Logger.Level, text: String)], to logger: Logger) {
        let new = rounds.withLock { rounds in
            messages.filter { rounds.now.insert($0.text).inserted && !rounds.last.contains($0.text) }
        }
        for message in new.prefix(SourceFigures.loggedRejects) {
            logger.log(level: message.level, "\(message.text)")
        }
        let rest = new.dropFirst(SourceFigures.loggedRejects)
        if let level = rest.map(\.level).max() { logger.log(level: level, "\(rest.count) more like these") }
    }

    /// A reading has ended: what it did not say is over.
    func endRound() {
        rounds.withLock { rounds in
            rounds.last = rounds.now
            rounds.now = []
        }
    }
}
