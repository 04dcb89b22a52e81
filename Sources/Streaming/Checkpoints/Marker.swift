/// A point in the stream, on its way through the chain.
///
/// It is made where the sources have been merged, so its positions say for every source what went before it. The
/// chain keeps order; each stage adds what belongs to the point, and at the end of the chain the checkpoint is
/// stored in one transaction.
package struct Marker: Sendable {
    package enum Kind: Sendable, Equatable {
        /// The stream goes on behind it.
        case periodic
        /// The run stops here and another one goes on: stages give the checkpoint what they hold.
        case handOver
        /// Nothing comes any more, and nothing is held.
        case end
    }

    package let id: UInt64
    package let kind: Kind
    package var checkpoint: Checkpoint

    package init(id: UInt64, kind: Kind = .periodic, checkpoint: Checkpoint) {
        self.id = id
        self.kind = kind
        self.checkpoint = checkpoint
    }

    /// A sink has made everything before the marker durable.
    mutating func add(_ answer: SinkWriter.Answer) {
        if let position = answer.position { checkpoint.sinks[answer.sink] = position }
        checkpoint.coveredNotes[answer.sink] = answer.lastNote
    }
}
