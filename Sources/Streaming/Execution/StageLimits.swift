/// Records in a period.
package struct Rate: Sendable, Hashable {
    package let count: Int
    package let period: Duration

    /// - Parameter count: at least 1.
    package init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }
}

/// When a batch is complete: at whichever limit is reached first.
package struct BatchLimits: Sendable, Equatable {
    package var size: Int?
    package var bytes: Int?
    /// Time since the batch's first record.
    package var every: Duration?

    package init(size: Int? = nil, bytes: Int? = nil, every: Duration? = nil) {
        self.size = size
        self.bytes = bytes
        self.every = every
    }
}
