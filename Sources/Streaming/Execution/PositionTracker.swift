import Records

/// Knows for every source, and every part of one, the place after its last record that went by.
struct PositionTracker: Sendable {
    private struct Place {
        /// In stored form.
        var identity = ""
        var position = SourcePosition()
        /// Whether it differs from what the last marker said.
        var hasMoved = false
    }

    /// By slot.
    private var places: [Place]
    /// Where closed parts have been left, and nil for those that are to be forgotten, that no marker has said yet.
    private var left: [String: SourcePosition?] = [:]
    private(set) var recordsSinceMarker = 0
    private(set) var hasMoved = false
    private var nextMarker: UInt64 = 1

    /// - Parameters:
    ///   - identities: of the sources in stored form, by slot.
    ///   - positions: where they go on; sources that are absent start at the beginning.
    init(identities: [String], positions: [String: SourcePosition]) {
        places = identities.map {
            Place(identity: $0, position: positions[$0] ?? SourcePosition(), hasMoved: true)
        }
    }

    mutating func opened(_ identity: String, slot: Int, at position: SourcePosition) {
        // Several may be opened at once, and come in another order than they got their numbers.
        while places.count <= slot { places.append(Place()) }
        places[slot] = Place(identity: identity, position: position)
    }

    mutating func passed(_ records: [Record]) {
        var start = 0
        while start < records.count {
            // Records of a chunk come together; its origin is asked for once.
            let chunk = records[start].chunk
            let end = records.end(from: start) { $0.chunk === chunk }
            places[chunk.origin.slot].position.count &+= UInt64(end - start)
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

    /// A part has been read for now; the slot may be another's from here on.
    mutating func closed(slot: Int) {
        let place = places[slot]
        if place.hasMoved { left.updateValue(place.position, forKey: place.identity) }
        places[slot] = Place()
    }

    /// A part of a source is there no more; its position is of no use.
    mutating func forgot(_ identity: String) {
        left.updateValue(nil, forKey: identity)
        hasMoved = true
    }

    /// A marker for the place reached now; it names the sources that have moved since the last one.
    mutating func marker(_ kind: Marker.Kind) -> Marker {
        var checkpoint = Checkpoint()
        checkpoint.sources = left
        for slot in places.indices where places[slot].hasMoved {
            checkpoint.sources.updateValue(places[slot].position, forKey: places[slot].identity)
            places[slot].hasMoved = false
        }
        defer {
            left = [:]
            nextMarker += 1
            recordsSinceMarker = 0
            hasMoved = false
        }
        return Marker(id: nextMarker, kind: kind, checkpoint: checkpoint)
    }
}
