extension Array {
    /// Forgets everything but the memory, and does not touch that when there is nothing in it.
    @inline(__always) mutating func empty() {
        if !isEmpty { removeAll(keepingCapacity: true) }
    }
}
