import Records

/// Where the sources have been merged: counts what passes and makes the checkpoint markers.
struct InletStage: WaitingStage {
    let tracker: PositionTracker
    let mode: Pipeline.Mode
    let window: CheckpointWindow
    /// A marker is due after this many records even if the time has not come, which bounds what is held for it; nil
    /// where nothing is held.
    let recordsBetweenMarkers: Int?
    /// Records that were held by stages which are gone; they go to the dead letters.
    let orphans: [RecordFailure]

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        var tracker = tracker
        var collected: [Record] = []
        if !orphans.isEmpty { try await emit.control(.failures(orphans)) }
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                tracker.passed(records)
                guard mode == .stream else {
                    collected += records
                    continue
                }
                try await emit.records(consume records)
                if let recordsBetweenMarkers, tracker.recordsSinceMarker >= recordsBetweenMarkers {
                    try await window.waitForRoom()
                    try await mark(&tracker, emit)
                }
            case .control(.reached(let slot, let position)):
                tracker.reached(position, slot: slot)
            case .control(.tick):
                if mode == .stream, tracker.hasMoved, window.hasRoom { try await mark(&tracker, emit) }
            case .control(let control): try await emit.control(control)
            }
        }
        if !collected.isEmpty { try await emit.records(consume collected) }
        try await mark(&tracker, emit, isFinal: true)
        emit.finish()
    }

    private func mark(_ tracker: inout PositionTracker, _ emit: Emitter, isFinal: Bool = false) async throws {
        window.opened()
        try await emit.control(.marker(tracker.marker(isFinal: isFinal)))
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
        var start = 0
        while start < records.count {
            // Records of a chunk come together; its origin is asked for once.
            let chunk = records[start].chunk
            let end = records[start...].firstIndex { $0.chunk !== chunk } ?? records.count
            positions[chunk.origin.slot].count += UInt64(end - start)
            start = end
        }
        recordsSinceMarker += records.count
        hasMoved = true
    }

    mutating func reached(_ position: SourcePosition, slot: Int) {
        positions[slot] = position
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
