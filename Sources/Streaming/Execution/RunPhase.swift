/// How far a run is.
package enum RunPhase: Int, Sendable, Comparable {
    /// Its state is restored and its sinks are opened.
    case starting
    /// Its sources have begun.
    case running
    /// It was told to stop; what is in flight is being delivered.
    case stopping
    case ended

    package static func < (a: RunPhase, b: RunPhase) -> Bool { a.rawValue < b.rawValue }

    /// The phase in a word.
    package var word: String { "\(self)" }
}
