import Records

/// Where the sources have been merged: counts what passes and makes the checkpoint markers.
struct InletStage: WaitingStage {
    /// A marker is due after this many records even if the time has not come, which bounds what is held for it.
    static let maximumRecordsBetweenMarkers = 50_000

    let tracker: PositionTracker
    let mode: Pipeline.Mode

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        var tracker = tracker
        var collected: [Record] = []
        while let element = try await input.take() {
            switch element {
            case .records(let records):
                tracker.passed(records)
                guard mode == .stream else {
                    collected += records
                    continue
                }
                try await emit.records(records)
                if tracker.recordsSinceMarker >= InletStage.maximumRecordsBetweenMarkers {
                    try emit.control(.marker(tracker.marker()))
                }
            case .control(.anchor(let slot, let anchor)):
                tracker.reached(anchor, slot: slot)
            case .control(.tick):
                if mode == .stream, tracker.hasMoved { try emit.control(.marker(tracker.marker())) }
            case .control(let control): try emit.control(control)
            }
        }
        if !collected.isEmpty { try await emit.records(collected) }
        try emit.control(.marker(tracker.marker(isFinal: true)))
        emit.finish()
    }
}

/// Knows for every source the place after its last record that went by.
struct PositionTracker: Sendable {
    private let names: [String]
    private var positions: [SourcePosition]
    private(set) var recordsSinceMarker = 0
    private(set) var hasMoved = false
    private var nextMarker: UInt64 = 1

    /// - Parameters:
    ///   - names: the sources' names by slot.
    ///   - positions: where they go on; sources that are absent start at the beginning.
    init(names: [String], positions: [String: SourcePosition]) {
        self.names = names
        self.positions = names.map { positions[$0] ?? SourcePosition() }
    }

    mutating func passed(_ records: [Record]) {
        for record in records { positions[record.chunk.origin.slot].count += 1 }
        recordsSinceMarker += records.count
        hasMoved = true
    }

    mutating func reached(_ anchor: Anchor?, slot: Int) {
        positions[slot] = SourcePosition(anchor: anchor)
        hasMoved = true
    }

    /// A marker for the place reached now.
    mutating func marker(isFinal: Bool = false) -> Marker {
        defer {
            nextMarker += 1
            recordsSinceMarker = 0
            hasMoved = false
        }
        var checkpoint = Checkpoint()
        checkpoint.sources = Dictionary(zip(names, positions)) { $1 }
        return Marker(id: nextMarker, isFinal: isFinal, checkpoint: checkpoint)
    }
}
