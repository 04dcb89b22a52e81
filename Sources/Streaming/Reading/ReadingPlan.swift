/// Knows of every source of a run, and of every part of one, when it is read next, and lets them begin.
///
/// Parts are read as sources of their own: in a list of feeds the slowest holds up nobody. What waits costs no task.
/// The times are those of the run's uptime, so that a wall clock that is set does not touch them.
struct ReadingPlan {
    /// Sources that block are read on threads of their own, of which a process does not have many.
    private static let mostBlocking = 128

    struct Entry {
        var schedule: SourceSchedule
        /// The source that it is, or is a part of: its place in the pipeline.
        let source: Int
        /// Where it waits for its turn.
        let queue: Int
        var phase = Phase.idle(until: nil)
        var round = RoundCount.Member()
        /// False for a part that its list does not name any more.
        var isListed = true
    }

    enum Phase: Equatable {
        /// Not read before this time; nil is never.
        case idle(until: Duration?)
        case queued, reading
    }

    let pipeline: Pipeline
    let inlet: SourceInlet
    private let figures: [SourceFigures]
    /// The sources by their place in the pipeline; parts follow, and keep their numbers when they are gone.
    var entries: [Entry] = []
    /// By the source's place, the parts that it has had.
    var lists: [Int: PartList] = [:]
    var standings: [SourceStanding]
    /// That of the sources first, then those of each list.
    var queues: [ReadingQueue]
    var rounds = RoundCount()
    private var due = DueTimes()
    private var reading = 0
    private var blocking = 0
    private var isStopped = false

    init(_ pipeline: Pipeline, inlet: SourceInlet, figures: RunFigures) {
        self.pipeline = pipeline
        self.inlet = inlet
        self.figures = figures.sources
        standings = pipeline.sources.map { _ in SourceStanding() }
        queues = [
            ReadingQueue(
                places: pipeline.settings.maxConcurrentSources, mostOpen: inlet.environment.mostReadings)
        ]
        for (place, node) in pipeline.sources.enumerated() {
            let identity = node.identity.stored(inlet.hashKey)
            let position = inlet.positions.take(identity)
            inlet.acknowledgements.register(node.source, as: identity, name: node.name, at: position)
            let outlet = SourceOutlet(
                name: node.name, identity: identity, slot: place, inlet: inlet, position: position,
                figures: figures.sources[place])
            queue(add(SourceSchedule(outlet: outlet, source: node.source), of: place, queue: 0))
        }
    }

    /// Whether anything is read or will be.
    var isUnderway: Bool {
        reading > 0 || !isStopped && (due.first != nil || queues.contains { !$0.isEmpty })
    }

    /// No reading begins any more.
    mutating func stop() {
        isStopped = true
        for index in queues.indices { queues[index].forgetWaiting() }
    }

    /// The next reading that is to begin now.
    mutating func begin(at now: Duration) -> (id: Int, SourceReader)? {
        if isStopped { return nil }
        while let (time, id) = due.popFirst(at: now) {
            // What has left its list, or was put off meanwhile, is not due now.
            if entries[id].isListed, entries[id].phase == .idle(until: time) { queue(id) }
        }
        for index in queues.indices {
            let mayBlock = blocking < ReadingPlan.mostBlocking
            while let id = queues[index].next(
                at: now, where: { mayBlock || !entries[$0].schedule.source.blocks })
            {
                if let reader = start(id, at: now) { return (id, reader) }
            }
        }
        return nil
    }

    /// When ``begin(at:)`` is to be asked again although no reading has ended.
    func nextChange(at now: Duration) -> Duration? {
        if isStopped { return nil }
        return (queues.map { $0.nextChange(at: now) } + [due.first]).compactMap(\.self).min()
    }

    /// A reading has ended.
    ///
    /// - Throws: ``SourceFailure`` where the failure of a source is to end the run; `CancellationError` when the run has
    ///   failed elsewhere.
    mutating func end(_ id: Int, _ outcome: SourceOutcome, at now: Duration) throws {
        let source = entries[id].source
        let isListed = entries[id].isListed
        queues[entries[id].queue].ended(id, lane: entries[id].schedule.source.lane)
        reading -= 1
        if entries[id].schedule.source.blocks { blocking -= 1 }
        let after = entries[id].schedule.end(
            outcome, at: now, of: pipeline.sources[source], in: inlet.environment)
        let wait = isListed ? after.wait : nil
        if isListed, isPolled(id), !after.isInRound { rounds.ends(&entries[id].round) }
        entries[id].phase = .idle(until: wait.map { now + $0 })
        if let wait { due.add(id, at: now + wait) }
        if isListed { show(id, after, outcome) } else { standings[source].remove(id) }
        if outcome == .finished, let parts = entries[id].schedule.outlet.notes.takeParts() {
            try divide(source, into: parts, at: now)
        }
        try settle(source, nextReading: id == source ? wait : nil)
    }

    /// Whether a round of all sources is over; see ``RoundCount``.
    mutating func takesEndOfRound() -> Bool { rounds.takesEnd() }

    /// The sources that failed, with the reason.
    var failures: [String: String] {
        var failed: [String: String] = [:]
        for (node, source) in zip(pipeline.sources, figures) where node.onFailure == .report {
            if case .failed(let message) = source.state { failed[source.name] = message }
        }
        return failed
    }
}

extension ReadingPlan {
    mutating func add(_ schedule: SourceSchedule, of source: Int, queue: Int) -> Int {
        let id = entries.count
        entries.append(Entry(schedule: schedule, source: source, queue: queue))
        if isPolled(id) { rounds.joined(&entries[id].round) }
        return id
    }

    mutating func queue(_ id: Int) {
        entries[id].phase = .queued
        if isPolled(id) { rounds.begins(&entries[id].round) }
        queues[entries[id].queue].wants(
            id, entries[id].schedule.outlet.notes, lane: entries[id].schedule.source.lane)
    }

    /// Whether its rounds count: one that is watched without polls may never end.
    func isPolled(_ id: Int) -> Bool { pipeline.sources[entries[id].source].every != nil }

    private mutating func start(_ id: Int, at now: Duration) -> SourceReader? {
        guard entries[id].isListed else {
            // It has left its list while it waited for its turn.
            queues[entries[id].queue].ended(id, lane: entries[id].schedule.source.lane)
            entries[id].phase = .idle(until: nil)
            return nil
        }
        let source = entries[id].source
        let reader = entries[id].schedule.begin(at: now)
        entries[id].phase = .reading
        reading += 1
        if reader.source.blocks { blocking += 1 }
        if id == source { standings[source].own = .reading } else { standings[source].set(.reading, for: id) }
        figures[source].enter(standings[source].state)
        return reader
    }

    /// Notes how the source, or its part, is doing.
    private mutating func show(_ id: Int, _ after: AfterReading, _ outcome: SourceOutcome) {
        let source = entries[id].source
        let isPart = id != source
        switch (after, outcome) {
        case (.retry, _):
            if isPart { standings[source].set(.waiting, for: id) } else { standings[id].own = .waiting }
        case (.stopped, _):
            if isPart { standings[source].set(.stopped, for: id) } else { standings[id].own = .stopped }
        case (.roundOver, .failed(let message, _)):
            if isPart {
                standings[source].set(.failed("\(entries[id].schedule.part ?? ""): \(message)"), for: id)
            } else {
                standings[id].own = .failed(message)
            }
        case (.roundOver, _):
            if isPart { standings[source].remove(id) } else { standings[id].own = .finished }
        }
    }

    /// Shows how a source is doing; ends the run where its failure is to.
    private func settle(_ source: Int, nextReading wait: Duration?) throws {
        let state = standings[source].state
        if state != figures[source].state || wait != nil { figures[source].enter(state) }
        if let wait { figures[source].willRead(at: inlet.environment.now() &+ wait.nanoseconds) }
        if case .failed(let message) = state, pipeline.sources[source].onFailure == .endRun {
            throw SourceFailure(source: pipeline.sources[source].name, message: message)
        }
    }
}
