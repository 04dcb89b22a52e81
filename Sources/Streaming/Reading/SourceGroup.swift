/// Reads the sources of a run side by side, each failing alone.
///
/// One loop carries out what a ``ReadingPlan`` decides.
struct SourceGroup: Sendable {
    let pipeline: Pipeline
    let inlet: SourceInlet
    let figures: RunFigures
    let stopping: StopSignal

    private enum Event: Sendable {
        case read(id: Int, SourceOutcome)
        /// A time has come that was waited for.
        case woke(Duration)
        case stop
    }

    /// Returns when all have ended or were stopped.
    ///
    /// - Returns: the sources that failed, with the reason.
    /// - Throws: ``SourceFailure``, or `CancellationError`.
    func run() async throws -> [String: String] {
        let environment = inlet.environment
        return try await withThrowingTaskGroup(of: Event.self) { group in
            var plan = ReadingPlan(pipeline, inlet: inlet, figures: figures)
            if inlet.budget?.isSpent ?? false { plan.stop() }
            group.addTask {
                try? await stopping.wait()
                return .stop
            }
            var alarms: [Duration] = []
            while true {
                let now = environment.uptime()
                while let (id, reader) = plan.begin(at: now) {
                    group.addTask(on: reader.executor) {
                        .read(id: id, await reader.read())
                    }
                }
                // One that is set for later rings in vain, and costs less than it would to stop it.
                if let time = plan.nextChange(at: now), alarms.allSatisfy({ time < $0 }) {
                    alarms.append(time)
                    group.addTask {
                        try? await environment.clock.sleep(for: max(.zero, time - now))
                        return .woke(time)
                    }
                }
                guard plan.isUnderway, let event = try await group.next() else { break }
                var isStopped = false
                switch event {
                case .stop: isStopped = true
                case .woke(let time): alarms.removeAll { $0 == time }
                case .read(let id, let outcome):
                    try plan.end(id, outcome, at: environment.uptime())
                    // Others may still be handing over what they were granted; the last of them comes here, too.
                    isStopped = outcome == .limitReached && inlet.budget?.isSpent == true
                }
                if isStopped {
                    plan.stop()
                    group.cancelAll()
                }
                if environment.watches, pipeline.settings.mode == .batch, plan.takesEndOfRound() {
                    try inlet.endRound()
                }
            }
            group.cancelAll()
            return plan.failures
        }
    }
}
