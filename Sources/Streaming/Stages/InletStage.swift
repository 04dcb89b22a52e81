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
            case .control(.opened(let slot, let name, let position)):
                tracker.opened(name, slot: slot, at: position)
            case .control(.closed(let slot)): tracker.closed(slot: slot)
            case .control(.forgotten(let name)): tracker.forgotten(name)
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

/// Knows for every source, and every part of one, the place after its last record that went by.
struct PositionTracker: Sendable {
    private struct Place {
        var name = ""
        var position = SourcePosition()
        /// Whether it differs from what the last marker said.
        var hasMoved = false
    }

    /// By slot.
    private var places: [Place]
    /// Places of closed parts that no marker has said yet.
    private var left: [String: SourcePosition] = [:]
    /// Parts that the next marker is to forget.
    private var forgotten: Set<String> = []
    private(set) var recordsSinceMarker = 0
    private(set) var hasMoved = false
    private var nextMarker: UInt64 = 1

    /// - Parameters:
    ///   - names: the sources' names by slot.
    ///   - positions: where they go on; sources that are absent start at the beginning.
    init(names: [String], positions: [String: SourcePosition]) {
        places = names.map {
            Place(name: $0, position: positions[$0] ?? SourcePosition(), hasMoved: true)
        }
    }

    mutating func opened(_ name: String, slot: Int, at position: SourcePosition) {
        // Several may be opened at once, and come in another order than they got their numbers.
        while places.count <= slot { places.append(Place()) }
        places[slot] = Place(name: name, position: position)
    }

    mutating func closed(slot: Int) {
        let place = places[slot]
        if place.hasMoved { left[place.name] = place.position }
        places[slot] = Place()
    }

    mutating func forgotten(_ name: String) {
        left[name] = nil
        forgotten.insert(name)
        hasMoved = true
    }

    mutating func passed(_ records: [Record]) {
        var start = 0
        while start < records.count {
            // Records of a chunk come together; its origin is asked for once.
            let chunk = records[start].chunk
            let end = records[start...].firstIndex { $0.chunk !== chunk } ?? records.count
            places[chunk.origin.slot].position.count += UInt64(end - start)
            places[chunk.origin.slot].hasMoved = true
            start = end
        }
        recordsSinceMarker += records.count
        hasMoved = true
    }

    mutating func reached(_ position: SourcePosition, slot: Int) {
        places[slot].position = position
        places[slot].hasMoved = true
        hasMoved = true
    }

    /// A marker for the place reached now; it names the sources that have moved since the last one.
    mutating func marker(isFinal: Bool = false) -> Marker {
        var checkpoint = Checkpoint()
        checkpoint.sources = left
        for slot in places.indices where places[slot].hasMoved {
            checkpoint.sources[places[slot].name] = places[slot].position
            places[slot].hasMoved = false
        }
        checkpoint.forgotten = forgotten.subtracting(checkpoint.sources.keys)
        defer {
            left = [:]
            forgotten = []
            nextMarker += 1
            recordsSinceMarker = 0
            hasMoved = false
        }
        return Marker(id: nextMarker, isFinal: isFinal, checkpoint: checkpoint)
    }
}
