/// Decides whose reading may begin while only so many are at it. Pure: the time comes from outside.
///
/// A place is taken by a reading that is young and has something to send. One that waits (for a connection, a first
/// byte, a pipe, a rate limit) takes none, and neither does one that goes on and on: so none of them, however many
/// there are, keeps another from being read. The limit is one on how many are got going at once.
struct ReadingTurns {
    struct Rule {
        let places: Int
        /// A reading that has had nothing to send for this long only waits.
        let patience: Duration
        /// The longest that a reading takes a place, however much it sends.
        let longestTurn: Duration
    }

    private struct Young {
        let began: Duration
        let notes: ReadingNotes

        /// When it stops taking a place, should it have nothing more to send.
        func end(at now: Duration, _ rule: Rule) -> Duration {
            min(began + rule.longestTurn, max(began, notes.lastSending(at: now)) + rule.patience)
        }
    }

    private let rule: Rule
    private var queue: ArraySlice<(id: Int, notes: ReadingNotes)> = []
    /// Those that may take a place.
    private var young: [Int: Young] = [:]

    init(_ rule: Rule) { self.rule = rule }

    /// Whose turn is next, whether there is a place or not.
    var head: Int? { queue.first?.id }

    /// Whether forgetting this changes nothing.
    var isIdle: Bool { queue.isEmpty && young.isEmpty }

    /// A reading wants to begin.
    ///
    /// - Parameter notes: say when it last had something to send.
    mutating func wants(_ id: Int, _ notes: ReadingNotes) { queue.append((id, notes)) }

    /// The next one that may begin now, which then takes a place.
    mutating func next(at now: Duration) -> (id: Int, notes: ReadingNotes)? {
        guard let next = queue.first else { return nil }
        if young.values.contains(where: { now >= $0.began + rule.longestTurn }) {
            young = young.filter { now < $0.value.began + rule.longestTurn }
        }
        guard young.values.count(where: { now < $0.end(at: now, rule) }) < rule.places else { return nil }
        queue.removeFirst()
        young[next.id] = Young(began: now, notes: next.notes)
        return next
    }

    /// A reading has ended.
    mutating func ended(_ id: Int) { young[id] = nil }

    /// None of those that wait is to be read any more.
    mutating func forgetWaiting() { queue = [] }

    /// When ``next(at:)`` may have another answer although no reading has ended; nil when nobody waits.
    func nextChange(at now: Duration) -> Duration? {
        queue.isEmpty ? nil : young.values.lazy.map { $0.end(at: now, rule) }.filter { $0 > now }.min()
    }
}
