/// Runs a stage that wakes up at times which it names: each puts a tick into its input.
///
/// - Parameter body: given what it calls with the next time; of several the last counts.
func withWakeUps<C: Clock<Duration>>(
    of input: AsyncBuffer, clock: C, _ body: ((C.Instant) -> Void) async throws -> Void
) async throws {
    let (deadlines, timer) = AsyncStream.makeStream(of: C.Instant.self, bufferingPolicy: .bufferingNewest(1))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            for await deadline in deadlines {
                try await clock.sleep(until: deadline, tolerance: nil)
                // The stage may have ended meanwhile.
                try? input.put(.tick)
            }
        }
        defer {
            timer.finish()
            group.cancelAll()
        }
        try await body { timer.yield($0) }
    }
}
