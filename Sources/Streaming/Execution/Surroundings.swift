import Glibc

/// Where time and chance come from. A host gives everything that it makes the same, so that a test can hold all of it
/// in its hands.
package struct Surroundings: Sendable {
    /// What is waited on.
    package var clock: any Clock<Duration>
    /// Nanoseconds since 1970.
    package var now: @Sendable () -> Int64
    /// Time since the machine was started; it goes on whatever becomes of the wall clock.
    package var uptime: @Sendable () -> Duration
    /// 0..<1.
    package var random: @Sendable () -> Double
    /// Makes what runs tasks that block, by a label that debuggers show.
    package var executor: @Sendable (String) -> any TaskExecutor = BlockingExecutor.init(label:)
    /// Threads that can compute at the same time.
    package var cores = Surroundings.machineCores

    package init(
        clock: any Clock<Duration>, now: @escaping @Sendable () -> Int64,
        uptime: @escaping @Sendable () -> Duration, random: @escaping @Sendable () -> Double
    ) {
        self.clock = clock
        self.now = now
        self.uptime = uptime
        self.random = random
    }

    package static let machineCores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The machine's own.
    package static let machine = Surroundings(
        clock: ContinuousClock(), now: WallClock.now, uptime: Uptime.now,
        random: { Double.random(in: 0..<1) })
}
