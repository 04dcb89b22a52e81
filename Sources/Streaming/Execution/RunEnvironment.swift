package import Logging

/// What a run takes from outside: time, chance, the log, the place for dead letters.
package struct RunEnvironment: Sendable {
    package var clock: any Clock<Duration>
    /// Nanoseconds since 1970.
    package var now: @Sendable () -> Int64
    /// Time since the machine was started; it goes on whatever becomes of the wall clock.
    package var uptime: @Sendable () -> Duration
    /// 0..<1.
    package var random: @Sendable () -> Double
    package var logger: Logger
    /// Takes the records that stages give up; nil only counts them.
    package var deadLetters: (any Sink)?
    /// Whether sources with `every` are read again and again.
    package var watches: Bool
    /// The sources stop after this many records in all.
    package var limit: Int?

    package init(
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Int64 = Timestamp.now,
        uptime: @escaping @Sendable () -> Duration = Timestamp.uptime,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, logger: Logger,
        deadLetters: (any Sink)? = nil, watches: Bool = false, limit: Int? = nil
    ) {
        self.clock = clock
        self.now = now
        self.uptime = uptime
        self.random = random
        self.logger = logger
        self.deadLetters = deadLetters
        self.watches = watches
        self.limit = limit
    }
}
