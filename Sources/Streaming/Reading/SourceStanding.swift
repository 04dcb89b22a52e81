/// How a source is doing, with all its parts taken together.
struct SourceStanding {
    /// What a part is doing.
    enum Part {
        case idle, reading, waiting
        case failed(String)
        case stopped
    }

    /// The source itself; of a list, the list.
    var own = SourceFigures.State.waiting
    /// How many parts there are.
    var partCount = 0
    /// Those that are not idle, which most are.
    private var parts: [Int: Part] = [:]
    private var reading = 0
    private var waiting = 0
    private var failed: [Int: String] = [:]
    private var isStopped = false

    mutating func set(_ part: Part, for id: Int) {
        remove(id)
        switch part {
        case .idle: return
        case .reading: reading += 1
        case .waiting: waiting += 1
        case .failed(let message): failed[id] = message
        case .stopped: isStopped = true
        }
        parts[id] = part
    }

    /// A part is idle, or no part any more.
    mutating func remove(_ id: Int) {
        switch parts.removeValue(forKey: id) {
        case .reading: reading -= 1
        case .waiting: waiting -= 1
        case .failed: failed[id] = nil
        case .idle, .stopped, nil: break
        }
    }

    var state: SourceFigures.State {
        if own == .stopped || isStopped { return .stopped }
        if own.isFailure { return own }
        if own == .reading || reading > 0 { return .reading }
        if own == .waiting || waiting > 0 { return .waiting }
        guard let first = failed.min(by: { $0.key < $1.key }) else { return own }
        return .failed("\(PartsFailed(failed: failed.count, total: partCount, first: first.value))")
    }
}

extension SourceFigures.State {
    fileprivate var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}
