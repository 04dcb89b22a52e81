/// What a signal means, by those that came before: the first stops the run in order, a second ends the process at once.
struct StopRule {
    enum Action: Equatable {
        case stop
        case ignore
        case endAtOnce
    }

    /// Signals of one kind that come closer together are one: some senders tell a process and its group.
    static let together = Duration.milliseconds(400)

    private var first: (signal: String, time: Duration)?

    mutating func heard(_ signal: String, at time: Duration) -> Action {
        guard let first else {
            self.first = (signal, time)
            return .stop
        }
        return first.signal == signal && time - first.time < StopRule.together ? .ignore : .endAtOnce
    }
}
