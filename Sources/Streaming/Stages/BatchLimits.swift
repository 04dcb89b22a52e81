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
