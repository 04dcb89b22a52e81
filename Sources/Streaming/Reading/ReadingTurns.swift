/// Decides whose reading may begin while only so many are at it. Pure: the time comes from outside.
///
/// A place is taken by a reading that is young and has something to send. One that waits (for a connection, a first
/// byte, a pipe, a rate limit) takes none, and neither does one that goes on and on: so none of them, however many
/// there are, keeps another from being read. The limit is one on how many are got going at once.
struct ReadingTurns {
    /// A reading that has had nothing to send for this long only waits.
    static let patience = Duration.milliseconds(100)
    /// The longest that a reading takes a place, however much it sends.
    static let longestTurn = Duration.seconds(1)

    private struct Young {
        let began: Duration
        let notes: ReadingNotes

        /// When it stops taking a place, should it have nothing more to send.
        func end(at now: Duration) -> Duration {
            min(
                began + ReadingTurns.longestTurn,
                max(began, notes.lastSending(at: now)) + ReadingTurns.patience)
        }
    }

    private let places: Int
    private var queue: ArraySlice<(id: Int, notes: ReadingNotes)> = []
    /// Those that may take a place.
    private var young: [Int: Young] = [:]

    /// - Parameter places: at least 1.
    init(places: Int) { self.places = max(1, places) }

    /// Whose turn is next, whether there is a place or not.
    var head: Int? { queue.first?.id }

    /// A reading wants to begin.
    ///
    /// - Parameter notes: say when it last had something to send.
    mutating func wants(_ id: Int, _ notes: ReadingNotes) { queue.append((id, notes)) }

    /// The next one that may begin now, which then takes a place.
    mutating func next(at now: Duration) -> Int? {
        guard let next = queue.first else { return nil }
        young = young.filter { now < $0.value.began + ReadingTurns.longestTurn }
        guard young.values.count(where: { now < $0.end(at: now) }) < places else { return nil }
        queue.removeFirst()
        young[next.id] = Young(began: now, notes: next.notes)
        return next.id
    }

    /// A reading has ended.
    mutating func ended(_ id: Int) { young[id] = nil }

    /// None of those that wait is to be read any more.
    mutating func forgetWaiting() { queue = [] }

    /// When ``next(at:)`` may have another answer although no reading has ended; nil when nobody waits.
    func nextChange(at now: Duration) -> Duration? {
        queue.isEmpty ? nil : young.values.map { $0.end(at: now) }.filter { $0 > now }.min()
    }
}
