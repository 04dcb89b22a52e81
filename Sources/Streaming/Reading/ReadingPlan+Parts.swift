/// The parts that a source has had since the run began.
struct PartList {
    /// Where they wait for their turn.
    let queue: Int
    /// The numbers of the parts by identity, also of those that are gone: what comes back goes on where it was.
    var ids: [String: Int] = [:]
}

extension ReadingPlan {
    /// A source has named its parts: new ones are read at once, those that are gone no more.
    ///
    /// - Throws: `CancellationError` when the run has failed elsewhere.
    mutating func divide(_ source: Int, into named: SourceParts, at now: Duration) throws {
        let whole = entries[source].schedule.outlet
        var list = lists[source] ?? PartList(queue: queues.count)
        if list.queue == queues.count {
            // Those that wait for a rate limit are many, and it lets few through.
            let most = inlet.environment.mostReadings
            queues.append(
                ReadingQueue(places: named.atOnce, mostOpen: named.isPaced ? min(most, 64) : most))
        }
        var gone = named.isComplete ? list.ids : [:]
        // Lists are long, and room for as many again would be the most of what a feed takes.
        entries.reserveCapacity(entries.count + max(0, named.parts.count - list.ids.count))
        for part in named.parts {
            let identity = whole.identity(ofPart: part.key)
            gone[identity] = nil
            if let id = list.ids[identity] {
                update(id, to: part, at: now)
            } else {
                let outlet = try whole.opening(part: identity)
                inlet.acknowledgements.register(
                    part.source, as: outlet.identity, name: "\(outlet.name): \(part.name)",
                    at: outlet.position)
                let schedule = SourceSchedule(outlet: outlet, source: part.source, part: part.name)
                let id = add(schedule, of: source, queue: list.queue)
                list.ids[identity] = id
                queue(id)
            }
        }
        for id in gone.values { leave(id) }
        lists[source] = list
        standings[source].partCount = list.ids.values.count { entries[$0].isListed }
    }

    /// A part is named again.
    private mutating func update(_ id: Int, to part: SourcePart, at now: Duration) {
        // While it is read, or waits for that, it stays what it is; the next list names it again.
        if case .idle = entries[id].phase {
            entries[id].schedule.source = part.source
            entries[id].schedule.part = part.name
            inlet.acknowledgements.replace(entries[id].schedule.outlet.identity, by: part.source)
        }
        let wasListed = entries[id].isListed
        entries[id].isListed = true
        if !wasListed, isPolled(id) { rounds.joined(&entries[id].round) }
        guard !wasListed, case .idle(let time) = entries[id].phase else { return }
        if let time, time > now { return }
        queue(id)
    }

    /// A part is not named any more; when it is being read, that goes on to its end.
    private mutating func leave(_ id: Int) {
        guard entries[id].isListed else { return }
        entries[id].isListed = false
        if isPolled(id) { rounds.left(&entries[id].round) }
        standings[entries[id].source].remove(id)
    }
}
