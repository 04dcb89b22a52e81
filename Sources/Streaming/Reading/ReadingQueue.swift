/// Those that wait to be read, in lanes: what one server has is read few at a time, and however much it has and however
/// slow it is, what others have goes past it. Pure.
struct ReadingQueue {
    /// How readings share the places that a spec gives them.
    private static func sharing(_ places: Int) -> ReadingTurns.Rule {
        ReadingTurns.Rule(
            places: max(1, places), patience: .milliseconds(100), longestTurn: .seconds(1))
    }

    /// How readings share a server: politer, since it has to bear them all.
    private static let lane = ReadingTurns.Rule(
        places: 6, patience: .milliseconds(500), longestTurn: .seconds(10))

    /// Readings that may be under way, those included that only wait.
    private let mostOpen: Int
    private var turns: ReadingTurns
    private var lanes: [String: ReadingTurns] = [:]
    /// The lanes in which some wait.
    private var crowded: [String] = []
    private var open = 0

    /// - Parameters:
    ///   - places: for readings that have something to send, at least 1.
    ///   - mostOpen: all readings that may be under way, at least 1.
    init(places: Int, mostOpen: Int) {
        turns = ReadingTurns(ReadingQueue.sharing(places))
        self.mostOpen = max(1, mostOpen)
    }

    var isEmpty: Bool { turns.head == nil && crowded.isEmpty }

    /// A reading wants to begin.
    ///
    /// - Parameter lane: names the server that it shares with others, if any.
    mutating func wants(_ id: Int, _ notes: ReadingNotes, lane: String?) {
        guard let lane else { return turns.wants(id, notes) }
        let wasCrowded = lanes[lane]?.head != nil
        lanes[lane, default: ReadingTurns(ReadingQueue.lane)].wants(id, notes)
        if !wasCrowded { crowded.append(lane) }
    }

    /// The next one that may begin now.
    ///
    /// - Parameter isReady: false for one that cannot begin yet for a reason of its own; those behind it wait, too.
    mutating func next(at now: Duration, where isReady: (Int) -> Bool) -> Int? {
        for lane in crowded {
            while let (id, notes) = lanes[lane]?.next(at: now) { turns.wants(id, notes) }
        }
        crowded.removeAll { lanes[$0]?.head == nil }
        guard open < mostOpen, let head = turns.head, isReady(head), let next = turns.next(at: now) else {
            return nil
        }
        open += 1
        return next.id
    }

    /// A reading has ended that had begun.
    mutating func ended(_ id: Int, lane: String?) {
        open -= 1
        turns.ended(id)
        guard let lane else { return }
        lanes[lane]?.ended(id)
        if lanes[lane]?.isIdle ?? false { lanes[lane] = nil }
    }

    mutating func forgetWaiting() {
        turns.forgetWaiting()
        lanes = [:]
        crowded = []
    }

    /// When ``next(at:where:)`` may have another answer although no reading has ended; nil when nobody waits.
    func nextChange(at now: Duration) -> Duration? {
        let changes = crowded.map { lanes[$0]?.nextChange(at: now) } + [turns.nextChange(at: now)]
        return changes.compactMap(\.self).min()
    }
}
