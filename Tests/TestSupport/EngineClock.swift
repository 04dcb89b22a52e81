/// A ``ManualClock`` in the form that the engine waits on.
package struct EngineClock: Clock {
    package struct Instant: InstantProtocol {
        let offset: Duration

        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let clock: ManualClock

    package init(_ clock: ManualClock) { self.clock = clock }

    package var now: Instant { Instant(offset: clock.now) }
    package var minimumResolution: Duration { .zero }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await clock.sleep(now.duration(to: deadline))
    }
}
