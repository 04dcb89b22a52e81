import Buffering
package import Records

/// What moves between two stages: a run of records, or a sign that has its place between them.
package enum StreamElement: Sendable {
    case records([Record])
    case control(Control)
}

/// A sign that travels in order with the records.
package enum Control: Sendable {
    /// The records since the last one belong together.
    case batchEnd
    /// A time that a stage asked for has come.
    case tick
    /// There is no room left while batches are being filled: they have to leave as they are.
    case relieve
    /// No more records will come: what is held leaves, at the pace of its stage, before the sign goes on.
    case drain
    /// A part of a source has become known, which goes on from a position.
    case opened(slot: Int, identity: String, SourcePosition)
    /// A part has been read for now; its number may be given to another.
    case closed(slot: Int)
    /// A part is no more, and its position is of no use.
    case forgotten(identity: String)
    /// A source has reached a place with the records that went before.
    case reached(slot: Int, SourcePosition)
    /// What a reading of a document gave is what the document shows now.
    case sighted(reading: Int64)
    /// Every source has been read once more; what is collected can go.
    case roundEnd
    case marker(Marker)
    /// Records that a stage gave up, on their way to the dead letters.
    case failures([RecordFailure])
}

extension StreamElement {
    /// The room that it takes in a buffer: the records that it keeps alive, and what signs take.
    var load: Load {
        switch self {
        case .records(let records): Load(records)
        case .control(.failures(let failures)): Load(failures.map(\.record))
        case .control: .none
        }
    }

    var isTick: Bool {
        if case .control(.tick) = self { true } else { false }
    }
}
