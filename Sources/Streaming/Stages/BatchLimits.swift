/// When a batch is complete: at whichever limit is reached first.
package struct BatchLimits: Sendable, Equatable {
    package var size: Int?
    package var bytes: Int?
    /// Time since the batch's first record.
    package var every: Duration?
    /// Times of day, by the wall clock.
    package var daily: DailyTime?

    package init(size: Int? = nil, bytes: Int? = nil, every: Duration? = nil, daily: DailyTime? = nil) {
        self.size = size
        self.bytes = bytes
        self.every = every
        self.daily = daily
    }
}
