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
    /// The last element, where it is a run: apart from the others, so that it grows in its place. Empty where there is none.
    private var lastRun: [Record] = []
    private var lastLoad = Load.none
    private var hasTick = false
    private(set) var load = Load.none

    init(joiningUpTo limit: Load) { self.limit = limit }

    var isEmpty: Bool { entries.isEmpty && lastRun.isEmpty }

    /// Appends an element; small runs that follow each other become one, up to a limit, so that the size of what the
    /// reader gets follows the backlog. One tick at a time is enough.
    mutating func append(_ element: consuming StreamElement, _ load: Load) {
        if element.isTick {
            if hasTick { return }
            hasTick = true
        }
        self.load += load
        guard case .records(let run) = element else {
            closeRun()
            entries.append(Entry(element: element, load: load))
            return
        }
        if !lastRun.isEmpty, run.count <= ElementQueue.smallRun, (lastLoad + load).fits(limit) {
            lastRun += run
            lastLoad += load
        } else {
            closeRun()
            lastRun = run
            lastLoad = load
        }
    }

    mutating func popFirst() -> (element: StreamElement, load: Load)? {
        if entries.isEmpty { closeRun() }
        guard let entry = entries.popFirst() else { return nil }
        load -= entry.load
        if entry.element.isTick { hasTick = false }
        return (entry.element, entry.load)
    }

    mutating func removeAll() { self = ElementQueue(joiningUpTo: limit) }

    /// Nothing joins the last run any more.
    private mutating func closeRun() {
        if lastRun.isEmpty { return }
        entries.append(Entry(element: .records(lastRun), load: lastLoad))
        lastRun = []
        lastLoad = .none
    }
}
