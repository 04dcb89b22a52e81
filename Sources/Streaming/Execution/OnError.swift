package import Pacing

/// What happens to a record that a stage cannot handle.
package struct OnError: Sendable, Equatable {
    package enum Disposal: Sendable, Equatable {
        /// The record goes to the dead letters with the error.
        case deadLetter
        /// The record is counted and forgotten.
        case drop
        /// The run ends.
        case fail
    }

    /// Attempts before the disposal; nil is one attempt.
    package var retry: RetryPolicy?
    /// After the last attempt.
    package var then: Disposal
    /// For a record that a sink refuses, which no attempt can mend.
    package var refused: Disposal

    /// - Parameter refused: the same as `then` if nil.
    package init(retry: RetryPolicy? = nil, then: Disposal, refused: Disposal? = nil) {
        self.retry = retry
        self.then = then
        self.refused = refused ?? then
    }
}
