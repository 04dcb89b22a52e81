import Buffering
import DequeModule
import Records

/// Stream elements in order, with their load.
struct ElementQueue: BufferQueue {
    /// Runs up to this size are joined with the run before them. Longer ones are not worth the copying: a stage's
    /// work for a run is small beside that for so many records.
    private static let smallRun = 64

    private struct Entry {
        var element: StreamElement
        var load: Load
    }

    /// What one element may hold at most by joining.
    let limit: Load
    private var entries: Deque<Entry> = []
    private var hasTick = false
    private(set) var load = Load.none

    init(joiningUpTo limit: Load) { self.limit = limit }

    var isEmpty: Bool { entries.isEmpty }

    /// Appends an element; small runs that follow each other become one, up to a limit, so that the size of what the
    /// reader gets follows the backlog. One tick at a time is enough.
    mutating func append(_ element: consuming StreamElement, _ load: Load) {
        if element.isTick {
            if hasTick { return }
            hasTick = true
        }
        self.load += load
        if case .records(let run) = element, run.count <= ElementQueue.smallRun, merge(run, load) {
            return
        }
        entries.append(Entry(element: element, load: load))
    }

    mutating func popFirst() -> (element: StreamElement, load: Load)? {
        guard let entry = entries.popFirst() else { return nil }
        load -= entry.load
        if entry.element.isTick { hasTick = false }
        return (entry.element, entry.load)
    }

    mutating func removeAll() { self = ElementQueue(joiningUpTo: limit) }

    private mutating func merge(_ run: [Record], _ load: Load) -> Bool {
        // Looked at in its place: a copy would be a second owner of its records.
        let last = entries.count - 1
        guard last >= 0, case .records = entries[last].element, (entries[last].load + load).fits(limit) else {
            return false
        }
        return join(run, load)
    }

    private mutating func join(_ run: [Record], _ load: Load) -> Bool {
        let place = entries.count - 1
        // The place is overwritten so that the array has no second owner, which would copy it.
        guard case .records(var joined) = exchange(&entries[place].element, with: .control(.batchEnd)) else {
            return false
        }
        joined += run
        entries[place].element = .records(joined)
        entries[place].load += load
        return true
    }
}

/// Puts a value in a place and answers the one that was there.
private func exchange(_ place: inout StreamElement, with new: consuming StreamElement) -> StreamElement {
    swap(&place, &new)
    return new
}
