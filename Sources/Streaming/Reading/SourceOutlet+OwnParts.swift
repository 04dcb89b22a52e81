import Synchronization

extension SourceOutlet {
    /// The positions of the parts that ``withPart(_:at:_:)`` has read, now or in earlier runs, and that were not
    /// forgotten.
    package var knownParts: [String: SourcePosition] { ownParts.known(of: self) }

    /// Reads one part in the source's own task, as an input with its own position: a checkpoint stores only what has
    /// moved.
    ///
    /// - Parameters:
    ///   - key: tells it from the source's other parts.
    ///   - position: where it is read on from; what `read` sends first is what follows the anchor. Where it is known
    ///     by another position, this one takes its place.
    /// - Throws: what `read` throws, or `CancellationError`.
    package func withPart<Result>(
        _ key: String, at position: SourcePosition, _ read: (SourceOutlet) async throws -> Result
    ) async throws -> Result {
        let identity = "\(identity)/\(key)"
        let part = SourceOutlet(
            name: name, identity: identity, slot: try inlet.open(identity, at: position), inlet: inlet,
            position: position, figures: figures)
        part.beginRound()
        let known = ownParts.known(of: self)[key]
        defer {
            if known != nil || part.position != position { ownParts.leave(key, at: part.position, of: self) }
            try? inlet.close(part.slot)
        }
        if let known, known != position { try inlet.say(.reached(slot: part.slot, position)) }
        return try await read(part)
    }

    /// Forgets where a part is, with the next checkpoint.
    package func forget(part key: String) throws {
        ownParts.leave(key, at: nil, of: self)
        try inlet.say(.forgotten(identity: "\(identity)/\(key)"))
    }
}

/// The parts of a source that are read by its own task.
final class OwnParts: Sendable {
    /// Nil before someone asks.
    private let positions = Mutex<[String: SourcePosition]?>(nil)

    func known(of whole: SourceOutlet) -> [String: SourcePosition] {
        positions.withLock { positions in
            let known = positions ?? whole.inlet.positions.parts(of: whole.identity)
            positions = known
            return known
        }
    }

    /// A part has been read up to a position; nil forgets it.
    func leave(_ key: String, at position: SourcePosition?, of whole: SourceOutlet) {
        positions.withLock { positions in
            if positions == nil { positions = whole.inlet.positions.parts(of: whole.identity) }
            positions?[key] = position
        }
    }
}
