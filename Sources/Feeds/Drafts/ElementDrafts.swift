/// Elements that are kept as they are, each before those inside it.
struct ElementDrafts {
    struct Element {
        let prefix: StoredText
        let name: StoredText
        /// What names that are the same have in common, to tell most others from them at once.
        let mark: UInt64
        /// Where its attributes stand among all.
        var attributes: Range<Int>
        var text: StoredText
        var isPadded = false
        /// Where the next element stands that is not inside this one.
        var end: Int
    }

    struct Attribute {
        let name: StoredText
        let value: StoredText
    }

    /// How many elements are kept; those that begin later are left out with what is inside.
    var limit = Int.max
    private(set) var elements: [Element] = []
    private(set) var attributes: [Attribute] = []
    /// The elements that have not ended, innermost last.
    private var open: [Int] = []
    /// How many elements are open that were left out.
    private var leftOutDepth = 0
    /// Whether any was left out.
    private(set) var isCut = false

    var isEmpty: Bool { elements.isEmpty }

    mutating func removeAll() {
        (isCut, leftOutDepth) = (false, 0)
        guard !elements.isEmpty else { return }
        elements.removeAll(keepingCapacity: true)
        attributes.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
    }

    /// Begins an element inside the innermost open one.
    mutating func begin(prefix: StoredText, name: StoredText, in texts: borrowing TextStore) {
        guard elements.count < limit, leftOutDepth == 0 else {
            isCut = true
            leftOutDepth += 1
            return
        }
        let index = elements.count
        let written = texts.bytes(name)
        let mark = ByteLanes.last(written) ^ UInt64(truncatingIfNeeded: written.count) << 56
        open.append(index)
        elements.append(
            Element(
                prefix: prefix, name: name, mark: mark, attributes: attributes.count..<attributes.count,
                text: StoredText(start: 0, count: 0), end: index + 1))
    }

    /// Gives the element that has just begun an attribute.
    mutating func addAttribute(name: StoredText, value: StoredText) {
        guard leftOutDepth == 0, let index = open.last else { return }
        attributes.append(Attribute(name: name, value: value))
        elements[index].attributes = elements[index].attributes.lowerBound..<attributes.count
    }

    /// The innermost open element; nil without one.
    var innermost: Element? { leftOutDepth > 0 ? nil : open.last.map { elements[$0] } }

    /// Whether the innermost open element has others inside.
    var innermostHasChildren: Bool { open.last.map { $0 + 1 < elements.count } ?? false }

    /// Whether an element is open around the innermost one.
    var isNested: Bool { open.count + leftOutDepth > 1 }

    /// Ends the innermost open element.
    mutating func end(text: StoredText, isPadded: Bool = false) {
        guard !endLeftOut(), let index = open.popLast() else { return }
        elements[index].text = text
        elements[index].isPadded = isPadded
        elements[index].end = elements.count
    }

    /// Forgets the innermost open element and what is inside.
    mutating func discard() {
        guard !endLeftOut(), let index = open.popLast() else { return }
        attributes.removeLast(attributes.count - elements[index].attributes.lowerBound)
        elements.removeLast(elements.count - index)
    }

    /// Ends the innermost open element if it was left out.
    private mutating func endLeftOut() -> Bool {
        guard leftOutDepth > 0 else { return false }
        leftOutDepth -= 1
        return true
    }

    /// The places of the elements that are in no other and have ended.
    var outermost: Siblings { Siblings(elements: elements, range: 0..<(open.first ?? elements.count)) }

    /// The places of the elements directly inside the one at `index`.
    func children(of index: Int) -> Siblings {
        Siblings(elements: elements, range: (index + 1)..<elements[index].end)
    }

    /// The places of elements that stand side by side.
    struct Siblings: Sequence, IteratorProtocol {
        fileprivate let elements: [ElementDrafts.Element]
        /// Those that have not been handed out, with what is inside them.
        fileprivate var range: Range<Int>

        /// Those that follow the one at `index`.
        func after(_ index: Int) -> Siblings {
            Siblings(elements: elements, range: elements[index].end..<range.upperBound)
        }

        mutating func next() -> Int? {
            guard let index = range.first else { return nil }
            range = elements[index].end..<range.upperBound
            return index
        }
    }
}
