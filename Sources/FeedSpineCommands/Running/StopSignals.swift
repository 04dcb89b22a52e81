import Glibc
import UnixSignals

/// The signals that end a run.
enum StopSignals {
    /// Trapped from now on. Who is started with SIGHUP ignored (`nohup`) goes on when the terminal is closed.
    static func trap() async -> UnixSignalsSequence {
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        let isIgnored = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
        return isIgnored
            ? await UnixSignalsSequence(trapping: .sigint, .sigterm)
            : await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    }
}
