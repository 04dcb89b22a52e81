public import DequeModule

/// Elements that count as one each and stay apart.
@usableFromInline
package struct PlainQueue<Element>: BufferQueue {
    @usableFromInline var entries: Deque<(element: Element, weight: Int)> = []
    @usableFromInline var weight = 0

    @inlinable package init() {}

    @inlinable package var load: Load { Load(count: entries.count, weight: weight) }
    @inlinable package var isEmpty: Bool { entries.isEmpty }

    @inlinable
    package mutating func append(_ element: consuming Element, _ load: Load) {
        entries.append((element, load.weight))
        weight += load.weight
    }

    @inlinable
    package mutating func popFirst() -> (element: Element, load: Load)? {
        guard let (element, weight) = entries.popFirst() else { return nil }
        self.weight -= weight
        return (element, Load(count: 1, weight: weight))
    }

    @inlinable
    package mutating func removeAll() {
        entries = []
        weight = 0
    }
}
