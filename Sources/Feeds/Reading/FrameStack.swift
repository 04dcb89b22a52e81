extension FeedReader {
    /// The open elements, innermost last.
    ///
    /// An array that never gets shorter, because taking its last element away costs as much as all else that an end tag
    /// does.
    struct FrameStack {
        private var frames: [Frame] = []
        private(set) var count = 0

        var isEmpty: Bool { count == 0 }

        @inline(__always) var last: Frame? { count > 0 ? frames[count - 1] : nil }

        subscript(index: Int) -> Frame {
            get {
                precondition(index < count, "no such element is open")
                return frames[index]
            }
            set {
                precondition(index < count, "no such element is open")
                frames[index] = newValue
            }
        }

        @inline(__always) mutating func append(_ frame: Frame) {
            if count < frames.count { frames[count] = frame } else { frames.append(frame) }
            count += 1
        }

        @inline(__always) mutating func removeLast() {
            precondition(count > 0, "no element is open")
            count -= 1
        }

        func lastIndex(where matches: (Frame) -> Bool) -> Int? {
            frames[..<count].lastIndex(where: matches)
        }

        func contains(where matches: (Frame) -> Bool) -> Bool { frames[..<count].contains(where: matches) }
    }
}
