import Logging
import Records

/// Reads the sources of a run side by side, each failing alone.
///
/// One loop decides who is read. A source that waits for its next poll or its next attempt takes no place among
/// those that are read at once.
struct SourceGroup: Sendable {
    let pipeline: Pipeline
    let inlet: SourceInlet
    let figures: RunFigures
    let stopping: StopSignal

    private var environment: RunEnvironment { inlet.environment }

    private enum Event: Sendable {
        case read(slot: Int, SourceOutcome)
        /// The time for a source's next reading has come, or its waiting was cancelled.
        case due(slot: Int)
        case stop
    }

    /// Returns when all have ended or were stopped.
    ///
    /// - Returns: the sources that failed, with the reason.
    /// - Throws: ``SourceFailure``.
    func run() async throws -> [String: String] {
        try await read(clock: environment.clock)
        var failed: [String: String] = [:]
        for (node, source) in zip(pipeline.sources, figures.sources) where node.onFailure == .report {
            if case .failed(let message) = source.state { failed[source.name] = message }
        }
        return failed
    }

    private func read(clock: some Clock<Duration>) async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask {
                try? await stopping.wait()
                return .stop
            }
            var schedules = pipeline.sources.indices.map { schedule(slot: $0, clock: clock) }
            // A source that is watched without polls may never end; it must not keep others from being read.
            let endless = Set(
                schedules.indices.filter { environment.watches && pipeline.sources[$0].every == nil })
            var ready = ArraySlice(endless.sorted() + schedules.indices.filter { !endless.contains($0) })
            var places = max(1, pipeline.settings.maxConcurrentSources) + endless.count
            var reading = 0
            var waiting = 0
            var isStopped = inlet.budget?.isSpent ?? false
            while true {
                if isStopped {
                    ready = []
                    group.cancelAll()
                }
                while reading < places, let slot = ready.popFirst() {
                    let reader = schedules[slot].begin()
                    group.addTask(executorPreference: reader.executor) {
                        .read(slot: slot, await reader.read())
                    }
                    reading += 1
                }
                guard reading + waiting > 0, let event = try await group.next() else { break }
                switch event {
                case .stop: isStopped = true
                case .due(let slot):
                    waiting -= 1
                    ready.append(slot)
                case .read(let slot, let outcome):
                    reading -= 1
                    if outcome == .limitReached { isStopped = true }
                    let delay = schedules[slot].end(outcome)
                    try judge(slot)
                    guard let delay else {
                        if endless.contains(slot) { places -= 1 }
                        continue
                    }
                    waiting += 1
                    group.addTask {
                        try? await clock.sleep(for: delay)
                        return .due(slot: slot)
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Ends the run where a source that has failed is to end it.
    private func judge(_ slot: Int) throws {
        guard pipeline.sources[slot].onFailure == .endRun,
            case .failed(let message) = figures.sources[slot].state
        else { return }
        throw SourceFailure(source: pipeline.sources[slot].name, message: message)
    }

    private func schedule<C: Clock<Duration>>(slot: Int, clock: C) -> SourceSchedule<C> {
        let node = pipeline.sources[slot]
        let identity = node.identity.stored(inlet.hashKey)
        inlet.acknowledgements.register(node.source, as: identity)
        let outlet = SourceOutlet(
            name: node.name, identity: identity, slot: slot, inlet: inlet,
            position: inlet.position(of: identity), figures: figures.sources[slot], retry: node.retry)
        return SourceSchedule(
            reader: SourceReader(node: node, outlet: outlet), figures: figures.sources[slot], clock: clock,
            environment: environment)
    }
}
