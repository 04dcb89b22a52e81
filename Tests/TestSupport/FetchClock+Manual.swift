package import Fetching

extension FetchClock {
    /// The client's time under a test's control.
    package static func manual(_ clock: ManualClock) -> FetchClock {
        FetchClock(now: { clock.now }, date: { clock.date }, sleep: { try await clock.sleep($0) })
    }
}
