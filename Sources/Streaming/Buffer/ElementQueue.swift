import Records

/// Stream elements in order, with the records among them counted.
struct ElementQueue {
    /// Runs up to this size are joined with the run before them. Longer ones are not worth the copying: a stage's
    /// work for a run is small beside that for so many records.
    private static let smallRun = 64

    private var elements: [StreamElement] = []
    /// Elements at the front of the array that are gone.
    private var head = 0
    private var hasTick = false
    /// Records in the queue.
    private(set) var weight = 0

    var isEmpty: Bool { head == elements.count }

    /// Appends an element; small runs that follow each other become one, up to a limit, so that the size of what the
    /// reader gets follows the backlog. One tick at a time is enough.
    mutating func append(_ element: consuming StreamElement, mergingUpTo limit: Int) {
        if element.isTick {
            if hasTick { return }
            hasTick = true
        }
        weight += element.weight
        if case .records(let run) = element, run.count <= ElementQueue.smallRun, merge(run, limit) { return }
        elements.append(element)
    }

    mutating func popFirst() -> StreamElement? {
        guard head < elements.count else { return nil }
        // The place is overwritten so that the reader's array has no second owner, which would copy it.
        let element = exchange(&elements[head], with: .control(.batchEnd))
        head += 1
        weight -= element.weight
        if element.isTick { hasTick = false }
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    private mutating func merge(_ run: [Record], _ limit: Int) -> Bool {
        guard head < elements.count, case .records(let last) = elements[elements.count - 1],
            last.count + run.count <= limit
        else { return false }
        return join(run)
    }

    private mutating func join(_ run: [Record]) -> Bool {
        let place = elements.count - 1
        guard case .records(var joined) = exchange(&elements[place], with: .control(.batchEnd)) else {
            return false
        }
        joined += run
        elements[place] = .records(joined)
        return true
    }
}

/// Puts a value in a place and answers the one that was there.
private func exchange(_ place: inout StreamElement, with new: consuming StreamElement) -> StreamElement {
    swap(&place, &new)
    return new
}
