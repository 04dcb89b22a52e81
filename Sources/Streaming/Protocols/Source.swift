/// Produces records and can say where it is.
///
/// A source is read by one task at a time. It sends what it has through its ``SourceOutlet``, which suspends it
/// while the pipeline is busy, and returns at its end. It throws when it fails as a whole; single records that
/// cannot be read are reported with ``SourceOutlet/reject(_:)`` and do not end it.
package protocol Source: Sendable {
    /// Whether reading blocks its thread; the engine then gives the source a thread of its own.
    var blocks: Bool { get }

    /// Where it is read, if it does not block; nil is the cooperative pool.
    var executor: (any TaskExecutor)? { get }

    /// Names the server that is asked, which is spared being asked for many things at once; nil for other sources.
    var lane: String? { get }

    /// The paths of files that it will read as far as it knows now, besides those that its options name: no sink may write
    /// them. Looked at before a run; what cannot be read says so when it is.
    var namedFiles: [String] { get }

    /// Reads on from an anchor that an earlier ``SourceOutlet/send(_:then:)`` named, or from the start (nil).
    ///
    /// What follows an anchor must come again in the same order. A source whose input has changed, so that this
    /// no longer holds, calls ``SourceOutlet/restart()`` first.
    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws
}

extension Source {
    package var blocks: Bool { false }
    package var executor: (any TaskExecutor)? { nil }
    package var lane: String? { nil }
    package var namedFiles: [String] { [] }
}

/// A part of a source's input that could not be read as a record.
package struct SourceProblem: Error, Sendable {
    /// Where it is: a path or URL, with line and column where they are known.
    package let place: String
    package let message: String

    package init(place: String, message: String) {
        self.place = place
        self.message = message
    }
}
