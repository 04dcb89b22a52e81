package import Logging

/// One of several inputs that a source consists of, each with a position of its own and failing alone.
package struct SourcePart: Sendable {
    /// Tells it from the source's other parts, now and in later runs.
    package let key: String
    /// What logs call it.
    package let name: String
    package let source: any Source

    package init(key: String, name: String, source: any Source) {
        self.key = key
        self.name = name
        self.source = source
    }
}

/// What a source consists of.
struct SourceParts {
    let parts: [SourcePart]
    /// How many are got going at the same time.
    let atOnce: Int
    /// Whether a part that is not among them is gone.
    let isComplete: Bool
    /// Whether they share a rate limit.
    let isPaced: Bool
}

/// Some parts of a source failed; all were tried as often as the source's `retry` says.
struct PartsFailed: CustomStringConvertible {
    let failed: Int
    let total: Int
    /// What the first of them said.
    let first: String

    var description: String {
        failed == 1 && total == 1 ? first : "\(failed) of \(total) failed; the first: \(first)"
    }
}

extension SourceOutlet {
    /// Says of what the source consists now. When this reading has ended well, each part is read as a source of its
    /// own, with its own position, attempts and polls; a part that was named before goes on, and one that is not named
    /// any more is not read again.
    ///
    /// - Parameters:
    ///   - limit: how many parts are got going at the same time, at least 1.
    ///   - isComplete: false where parts may be missing, so that those of before stay.
    ///   - isPaced: whether they share a rate limit, so that it is of no use to begin with many.
    package func divide(
        into parts: [SourcePart], atOnce limit: Int, isComplete: Bool = true, isPaced: Bool = false
    ) {
        notes.divide(
            into: SourceParts(parts: parts, atOnce: limit, isComplete: isComplete, isPaced: isPaced))
    }

    /// Logs something that stays as it is: however often the source is read, it is said once in a run.
    package func say(_ level: Logger.Level, once message: String) {
        if notes.isNews(message) { logger.log(level: level, "\(message)") }
    }

    /// What a part is known by in the state, without room for more: there may be very many.
    func identity(ofPart key: String) -> String {
        String(decoding: Array(identity.utf8) + [UInt8(ascii: "/")] + key.utf8, as: UTF8.self)
    }

    /// The way of a part into the pipeline.
    ///
    /// - Parameter identity: the part's.
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    func opening(part identity: String) throws -> SourceOutlet {
        let position = inlet.positions.take(identity)
        return SourceOutlet(
            name: name, identity: identity, slot: try inlet.open(identity, at: position), inlet: inlet,
            position: position, figures: figures)
    }
}
