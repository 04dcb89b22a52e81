import Logging

/// What has been said about the failures of a source, so that a failure that lasts is said once, and so is its end.
struct Outage {
    private enum State {
        case none
        /// It was said that it is tried again.
        case retrying(failures: Int)
        /// It was said that it is given up until the next poll.
        case givenUp(failures: Int)
    }

    private var state = State.none

    /// An attempt failed that is followed by another.
    ///
    /// - Returns: how loud that is to be said.
    mutating func willRetry() -> Logger.Level {
        switch state {
        case .none:
            state = .retrying(failures: 1)
            return .warning
        case .retrying(let failures): state = .retrying(failures: failures + 1)
        case .givenUp(let failures): state = .givenUp(failures: failures + 1)
        }
        return .debug
    }

    /// The last attempt of a round failed.
    ///
    /// - Returns: how loud that is to be said.
    mutating func givesUp() -> Logger.Level {
        switch state {
        case .none: state = .givenUp(failures: 1)
        case .retrying(let failures): state = .givenUp(failures: failures + 1)
        case .givenUp(let failures):
            state = .givenUp(failures: failures + 1)
            return .debug
        }
        return .error
    }

    /// A reading went well.
    ///
    /// - Returns: the attempts that had failed before; 0 when nothing was wrong.
    mutating func isOver() -> Int {
        defer { state = .none }
        return switch state {
        case .none: 0
        case .retrying(let failures), .givenUp(let failures): failures
        }
    }
}
