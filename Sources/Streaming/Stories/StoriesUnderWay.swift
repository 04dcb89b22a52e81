import Synchronization

/// The stories of one stage that no checkpoint has stored yet.
///
/// They are no more than a way to find keys: whether a story counts is decided by its key, in the ``KeyLedger`` and in the
/// history. So one whose key was given back does no harm here, nor in the store, where it goes with its time.
final class StoriesUnderWay: Sendable {
    fileprivate struct State {
        /// With the marker behind each; nil before one went by.
        var entries: [(entry: StoryEntry, marker: UInt64?)] = []
        /// Those of `entries`, and of entries that are stored while somebody still looks for them here.
        var table = StoryTable()
        var settled = 0
        /// Whether a run of records is being processed: it has asked the store, perhaps before the last checkpoint, and must
        /// find here what that has taken there.
        var isAsked = false
        var isStale = false
    }

    private let state = Mutex(State())

    /// Looks for stories while nothing that comes into the store goes from here.
    func asking<Result>(_ body: () throws -> Result) rethrows -> Result {
        state.withLock { $0.isAsked = true }
        defer {
            state.withLock { state in
                state.isAsked = false
                state.renew()
            }
        }
        return try body()
    }

    func add(_ entry: StoryEntry) {
        state.withLock { state in
            state.entries.append((entry, nil))
            state.table.insert(entry)
        }
    }

    func similar(to query: StoryQuery) -> [StorySketch] {
        state.withLock { $0.table.similar(to: query) }
    }

    func pass(marker: UInt64) {
        state.withLock { state in
            var index = state.entries.count - 1
            while index >= 0, state.entries[index].marker == nil {
                state.entries[index].marker = marker
                index -= 1
            }
        }
    }

    /// What goes with a marker's checkpoint, and has not gone with one before.
    func settle(marker: UInt64) -> [StoryEntry] {
        state.withLock { state in
            let end = state.count(through: marker)
            defer { state.settled = max(state.settled, end) }
            return state.entries[min(state.settled, end)..<end].map(\.entry)
        }
    }

    func committed(marker: UInt64) {
        state.withLock { state in
            let count = state.count(through: marker)
            if count == 0 { return }
            state.entries.removeFirst(count)
            state.settled = max(0, state.settled - count)
            state.isStale = true
            if !state.isAsked { state.renew() }
        }
    }
}

extension StoriesUnderWay.State {
    fileprivate func count(through marker: UInt64) -> Int {
        entries.prefix { entry in entry.marker.map { $0 <= marker } ?? false }.count
    }

    /// Lets go of what is stored.
    fileprivate mutating func renew() {
        guard isStale else { return }
        isStale = false
        table = StoryTable()
        for (entry, _) in entries { table.insert(entry) }
    }
}
