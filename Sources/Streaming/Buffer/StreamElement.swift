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
    /// A part of a source has become known, which goes on from a position.
    case opened(slot: Int, name: String, SourcePosition)
    /// A part has been read for now; its number may be given to another.
    case closed(slot: Int)
    /// A part is no more, and its position is of no use.
    case forgotten(name: String)
    /// A source has reached a place with the records that went before.
    case reached(slot: Int, SourcePosition)
    case marker(Marker)
    /// Records that a stage gave up, on their way to the dead letters.
    case failures([RecordFailure])
}

extension StreamElement {
    /// The room that it takes in a buffer: the records that it keeps alive.
    var weight: Int {
        switch self {
        case .records(let records): records.count
        case .control(.failures(let failures)): failures.count
        case .control: 0
        }
    }

    var isTick: Bool {
        if case .control(.tick) = self { true } else { false }
    }
}
