import Logging
import Synchronization

/// One of several inputs that a source reads side by side, each with a position of its own and failing alone.
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

/// Some parts of a source failed; all were tried as often as the source's `retry` says.
package struct PartsFailed: PermanentFailure, CustomStringConvertible {
    package let failed: Int
    package let total: Int
    /// What the first of them said.
    package let first: String

    package var description: String {
        failed == 1 && total == 1 ? first : "\(failed) of \(total) failed; the first: \(first)"
    }
}

extension SourceOutlet {
    fileprivate convenience init(part key: String, of whole: SourceOutlet) throws {
        let name = "\(whole.name)/\(key)"
        let position = whole.inlet.position(of: name)
        self.init(
            name: whole.name, slot: try whole.inlet.open(name, at: position), inlet: whole.inlet,
            position: position, figures: SourceFigures(partOf: whole.figures))
    }

    /// Reads parts side by side, each as a source of its own, with its own position and its own attempts.
    ///
    /// Parts that wished to rest (``rest(for:)``) are left out until their time has come.
    ///
    /// - Parameter limit: how many are read at the same time, at least 1.
    /// - Throws: ``PartsFailed`` when all have ended, or `CancellationError`.
    package func read(_ parts: [SourcePart], atOnce limit: Int) async throws {
        let now = inlet.environment.now()
        let due = parts.filter { self.parts.isDue($0.key, at: now) }
        if due.count < parts.count {
            logger.debug("source '\(name)': \(parts.count - due.count) of \(parts.count) are not due yet")
        }
        var results = PartResults()
        try await withThrowingTaskGroup(of: (String, SourceOutcome).self) { group in
            var waiting = due[...]
            var reading = 0
            while true {
                while reading < limit || reading == 0, let part = waiting.popFirst() {
                    let reader = try reader(of: part, at: now)
                    reading += 1
                    group.addTask(executorPreference: reader.executor) {
                        (part.name, await self.read(reader, clock: self.inlet.environment.clock))
                    }
                }
                guard let (name, outcome) = try await group.next() else { break }
                reading -= 1
                results.add(outcome, of: name)
                if results.isEnded {
                    waiting = []
                    group.cancelAll()
                }
            }
        }
        try results.judge(of: due.count)
    }

    /// The positions of the parts that ``withPart(_:at:_:)`` has read, now or in earlier runs, and that were not forgotten.
    package var knownParts: [String: SourcePosition] { parts.known(of: self) }

    /// Reads one part in the source's own task, as an input with its own position: a checkpoint stores only what has moved.
    ///
    /// - Parameters:
    ///   - key: tells it from the source's other parts.
    ///   - position: where it is read on from; what `read` sends first is what follows the anchor. Where it is known
    ///     by another position, this one takes its place.
    /// - Throws: what `read` throws, or `CancellationError`.
    package func withPart<Result>(
        _ key: String, at position: SourcePosition, _ read: (SourceOutlet) async throws -> Result
    ) async throws -> Result {
        let name = "\(name)/\(key)"
        let part = SourceOutlet(
            name: self.name, slot: try inlet.open(name, at: position), inlet: inlet, position: position,
            figures: SourceFigures(partOf: figures))
        part.beginRound()
        let known = parts.known(of: self)[key]
        defer {
            if known != nil || part.position != position { parts.leave(key, at: part.position, of: self) }
            try? inlet.close(part.slot)
        }
        if let known, known != position { try inlet.restate(position, slot: part.slot) }
        return try await read(part)
    }

    /// Forgets where a part is, with the next checkpoint.
    package func forget(part key: String) throws {
        parts.leave(key, at: nil, of: self)
        try inlet.forget("\(name)/\(key)")
    }

    private func reader(of part: SourcePart, at now: Int64) throws -> SourceReader {
        let node = Pipeline.SourceNode(name: "\(name): \(part.name)", source: part.source, retry: retry)
        return SourceReader(node: node, outlet: try parts.outlet(of: part.key, in: self, at: now))
    }

    /// Reads one part until it is done or given up.
    private func read(_ reader: SourceReader, clock: some Clock<Duration>) async -> SourceOutcome {
        var schedule = SourceSchedule(
            reader: reader, figures: reader.outlet.figures, clock: clock, environment: inlet.environment)
        while true {
            let outcome = await schedule.begin().read()
            guard let delay = schedule.end(outcome) else { return outcome }
            do { try await clock.sleep(for: delay) } catch { return .stopped }
        }
    }
}

/// The parts of one source that have been met since the run began.
final class SourceParts: Sendable {
    private struct Part {
        let outlet: SourceOutlet
        /// When its last reading began, in nanoseconds since 1970.
        var began: Int64
    }

    private let parts = Mutex<[String: Part]>([:])
    /// Parts that are read by the source's own task; nil before someone asks.
    private let known = Mutex<[String: SourcePosition]?>(nil)

    func known(of whole: SourceOutlet) -> [String: SourcePosition] {
        known.withLock { known in
            let parts = known ?? whole.inlet.parts(of: whole.name)
            known = parts
            return parts
        }
    }

    /// A part has been read up to a position; nil forgets it.
    func leave(_ key: String, at position: SourcePosition?, of whole: SourceOutlet) {
        known.withLock { known in
            if known == nil { known = whole.inlet.parts(of: whole.name) }
            known?[key] = position
        }
    }

    /// Whether the part's wish to rest has been fulfilled; a hundredth of it is forgiven, since the wall clock and the
    /// one that polls go by may differ.
    func isDue(_ key: String, at now: Int64) -> Bool {
        guard let part = parts.withLock({ $0[key] }) else { return true }
        return Double(now - part.began) >= Double(part.outlet.rest.nanoseconds) * 0.99
    }

    /// The way of a part into the pipeline; the same each time that it is read.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    func outlet(of key: String, in whole: SourceOutlet, at now: Int64) throws -> SourceOutlet {
        try parts.withLock { parts in
            if let known = parts[key]?.outlet {
                parts[key]?.began = now
                return known
            }
            let outlet = try SourceOutlet(part: key, of: whole)
            parts[key] = Part(outlet: outlet, began: now)
            return outlet
        }
    }
}

/// How the parts of a source ended.
private struct PartResults {
    private var failed = 0
    private var first: String?
    private var isStopped = false
    private var isLimitReached = false

    /// Whether no more parts are to be read.
    var isEnded: Bool { isStopped || isLimitReached }

    mutating func add(_ outcome: SourceOutcome, of name: String) {
        switch outcome {
        case .finished: break
        case .stopped: isStopped = true
        case .limitReached: isLimitReached = true
        case .failed(let message, _):
            failed += 1
            if first == nil { first = "\(name): \(message)" }
        }
    }

    func judge(of total: Int) throws {
        if isLimitReached { throw SourceOutlet.LimitReached() }
        if isStopped { throw CancellationError() }
        if let first { throw PartsFailed(failed: failed, total: total, first: first) }
    }
}
