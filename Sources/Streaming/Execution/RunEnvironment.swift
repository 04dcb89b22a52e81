package import Logging
package import Records

/// What a run takes from outside: time, chance, the log, the place for dead letters.
package struct RunEnvironment: Sendable {
    package var clock: any Clock<Duration>
    /// Time that never goes back, and goes on while the machine sleeps: what intervals are measured by.
    package var uptime: @Sendable () -> Duration
    /// Nanoseconds since 1970.
    package var now: @Sendable () -> Int64
    /// 0..<1.
    package var random: @Sendable () -> Double
    /// Makes what runs tasks that block, by a label that debuggers show.
    package var executor: @Sendable (String) -> any TaskExecutor
    /// Threads that can compute at the same time.
    package var cores: Int
    package var logger: Logger
    /// Takes the records that stages give up; nil only counts them.
    package var deadLetters: (any Sink)?
    /// Leaves out of a dead letter what is not to be written down.
    package var redact: @Sendable (Record) throws -> Record = { $0 }
    /// Whether sources with `every` are read again and again.
    package var watches: Bool
    /// The sources stop after this many records in all.
    package var limit: Int?
    /// Whether sources hear of what has been delivered; a dry run takes nothing from a queue.
    package var acknowledges: Bool
    /// Whether ``RunFigures/timings`` are kept.
    package var keepsTimings = false
    /// The identity, in stored form, of a file by its path without links; nil for what is no single file.
    package var realAddress: @Sendable (_ identity: String) -> String? = { _ in nil }
    /// Readings, of the sources or of one list, that may be under way at the same time, those included that only
    /// wait: each may hold a descriptor.
    package var mostReadings = min(1000, max(8, (DescriptorLimit.current - DescriptorLimit.least) / 2))

    /// - Parameter uptime: the boot-time clock if left out; with a clock that a test moves, the time on that.
    package init(
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Int64 = WallClock.now,
        uptime: (@Sendable () -> Duration)? = nil,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        executor: @escaping @Sendable (String) -> any TaskExecutor = BlockingExecutor.init(label:),
        cores: Int = Surroundings.machineCores, logger: Logger, deadLetters: (any Sink)? = nil,
        watches: Bool = false, limit: Int? = nil,
        acknowledges: Bool = true
    ) {
        self.clock = clock
        self.now = now
        self.uptime = uptime ?? (clock is ContinuousClock ? Uptime.now : RunEnvironment.elapsed(on: clock))
        self.random = random
        self.executor = executor
        self.cores = cores
        self.logger = logger
        self.deadLetters = deadLetters
        self.watches = watches
        self.limit = limit
        self.acknowledges = acknowledges
    }

    private static func elapsed(on clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
