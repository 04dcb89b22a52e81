/// The parts that a source has had since the run began.
struct PartList {
    /// Where they wait for their turn.
    let queue: Int
    /// The numbers of the parts by key, also of those that are gone: what comes back goes on where it was.
    var ids: [String: Int] = [:]
}

extension ReadingPlan {
    /// A source has named its parts: new ones are read at once, those that are gone no more.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    mutating func divide(_ source: Int, into named: SourceParts, at now: Duration) throws {
        guard let whole = entries[source]?.schedule.outlet else { return }
        var list = lists[source] ?? PartList(queue: queues.count)
        if list.queue == queues.count {
            // Those that wait for a rate limit are many, and it lets few through.
            let most = inlet.environment.mostReadings
            queues.append(
                ReadingQueue(places: named.atOnce, mostOpen: named.isPaced ? min(most, 64) : most))
        }
        var gone = named.isComplete ? list.ids : [:]
        for part in named.parts {
            gone[part.key] = nil
            if let id = list.ids[part.key] {
                update(id, to: part, at: now)
            } else {
                let outlet = try whole.opening(part: part.key)
                inlet.acknowledgements.register(
                    part.source, as: outlet.identity, name: "\(outlet.name): \(part.name)",
                    at: outlet.position)
                let schedule = SourceSchedule(outlet: outlet, source: part.source, part: part.name)
                let id = add(schedule, of: source, queue: list.queue)
                list.ids[part.key] = id
                queue(id)
            }
        }
        for id in gone.values { leave(id) }
        lists[source] = list
        standings[source].partCount = list.ids.values.count { entries[$0]?.isListed ?? false }
    }

    /// A part is named again.
    private mutating func update(_ id: Int, to part: SourcePart, at now: Duration) {
        guard var entry = entries[id] else { return }
        // While it is read, or waits for that, it stays what it is; the next list names it again.
        if case .idle = entry.phase {
            entry.schedule.source = part.source
            entry.schedule.part = part.name
            inlet.acknowledgements.replace(entry.schedule.outlet.identity, by: part.source)
        }
        let wasListed = entry.isListed
        entry.isListed = true
        if !wasListed, isPolled(entry) { rounds.joined(&entry.round) }
        entries[id] = entry
        guard !wasListed, case .idle(let time) = entry.phase else { return }
        if let time, time > now { return }
        queue(id)
    }

    /// A part is not named any more; when it is being read, that goes on to its end.
    private mutating func leave(_ id: Int) {
        guard var entry = entries[id], entry.isListed else { return }
        entry.isListed = false
        if isPolled(entry) { rounds.left(&entry.round) }
        entries[id] = entry
        standings[entry.source].remove(id)
    }
}
