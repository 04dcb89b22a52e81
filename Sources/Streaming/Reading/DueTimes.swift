/// Times at which something is due, the earliest first.
///
/// A binary heap: what waits, say ten thousand feeds of a list, costs a few bytes each and no task.
struct DueTimes {
    private var heap: [(time: Duration, id: Int)] = []

    /// The earliest time; nil when nothing is due at all.
    var first: Duration? { heap.first?.time }

    mutating func add(_ id: Int, at time: Duration) {
        heap.append((time, id))
        var child = heap.count - 1
        while child > 0, heap[child].time < heap[(child - 1) / 2].time {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the earliest if its time has come.
    mutating func popFirst(at now: Duration) -> (time: Duration, id: Int)? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while let child = earlierChild(of: parent), heap[child].time < heap[parent].time {
            heap.swapAt(child, parent)
            parent = child
        }
        return first
    }

    private func earlierChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1].time < heap[left].time ? left + 1 : left
    }
}
