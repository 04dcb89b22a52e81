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
        let identity = "\(whole.identity)/\(key)"
        let position = whole.inlet.position(of: identity)
        self.init(
            name: whole.name, identity: identity, slot: try whole.inlet.open(identity, at: position),
            inlet: whole.inlet,
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
