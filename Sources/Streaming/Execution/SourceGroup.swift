import Logging
import Records

/// Reads the sources of a run side by side, each failing alone.
struct SourceGroup: Sendable {
    let pipeline: Pipeline
    let positions: [String: SourcePosition]
    let inlet: AsyncBuffer
    let figures: RunFigures
    let environment: RunEnvironment
    let stopping: StopSignal
    let budget: RecordBudget?

    private enum Event: Sendable {
        case ended(slot: Int)
        case stop
    }

    /// Returns when all have ended or were stopped.
    ///
    /// - Returns: the sources that failed, with the reason.
    func run() async -> [String: String] {
        await withTaskGroup(of: Event.self) { group in
            group.addTask {
                await stopping.wait()
                return .stop
            }
            var waiting = pipeline.sources.indices[...]
            var reading = 0
            // A watching source never ends, so with --watch all have to be read at once.
            let width = environment.watches ? pipeline.sources.count : pipeline.settings.maxConcurrentSources
            while reading < max(1, width), let slot = waiting.popFirst() {
                group.addTask { await read(slot) }
                reading += 1
            }
            while reading > 0, let event = await group.next() {
                guard case .ended = event else {
                    waiting = waiting.suffix(0)
                    group.cancelAll()
                    continue
                }
                reading -= 1
                if let slot = waiting.popFirst() {
                    group.addTask { await read(slot) }
                    reading += 1
                }
            }
            group.cancelAll()
        }
        var failed: [String: String] = [:]
        for source in figures.sources {
            if case .failed(let message) = source.state { failed[source.name] = message }
        }
        return failed
    }

    private func read(_ slot: Int) async -> Event {
        let node = pipeline.sources[slot]
        let figures = figures.sources[slot]
        let outlet = SourceOutlet(
            name: node.name, slot: slot, inlet: inlet, position: positions[node.name] ?? SourcePosition(),
            figures: figures, budget: budget, logger: environment.logger, now: environment.now)
        figures.enter(.reading)
        do {
            if node.source.blocks {
                let executor = BlockingExecutor(label: "feedspine.source.\(node.name)")
                try await withTaskExecutorPreference(executor) {
                    try await readRepeatedly(node, into: outlet)
                }
            } else {
                try await readRepeatedly(node, into: outlet)
            }
            figures.enter(.finished)
        } catch is CancellationError {
            figures.enter(.stopped)
        } catch is SourceOutlet.LimitReached {
            figures.enter(.finished)
        } catch {
            figures.enter(.failed("\(error)"))
            environment.logger.error("source '\(node.name)' failed: \(error)")
        }
        return .ended(slot: slot)
    }

    private func readRepeatedly(_ node: Pipeline.SourceNode, into outlet: SourceOutlet) async throws {
        try await node.source.run(from: outlet.anchor, into: outlet)
        guard environment.watches, let every = node.every else { return }
        while true {
            try await environment.clock.sleep(for: every)
            outlet.beginRound()
            do {
                try await node.source.run(from: outlet.anchor, into: outlet)
            } catch let error as CancellationError {
                throw error
            } catch {
                // A watched source gets its next chance at the next poll.
                environment.logger.error("source '\(node.name)' failed: \(error); next try in \(every)")
            }
        }
    }
}
