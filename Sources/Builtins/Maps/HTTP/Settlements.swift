/// Tells those for whom a budget has nothing left that something of what is booked may have come back.
actor Settlements {
    private var underWay = 0
    /// Calls that have ended.
    private(set) var count = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A call is booked.
    func begin() { underWay += 1 }

    /// A call has ended, and what it has cost is noted.
    func end() {
        underWay -= 1
        count += 1
        for waiting in waiting { waiting.resume() }
        waiting = []
    }

    /// Waits for the next call to end. That is soon, also when a run is stopped.
    ///
    /// - Parameter count: of calls that had ended before.
    /// - Returns: false at once where none is under way that could.
    func wait(beyond count: Int) async -> Bool {
        if self.count == count {
            guard underWay > 0 else { return false }
            await withCheckedContinuation { waiting.append($0) }
        }
        return true
    }
}
