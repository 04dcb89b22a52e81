import Logging

extension SpecChange {
    /// Says what has changed since the state was last used, if anything has.
    func log(to logger: Logger) {
        guard isChange else { return }
        for line in lines { logger.notice("\(line)") }
    }

    /// What has changed, a sentence each.
    package var lines: [String] {
        var lines = parts.compactMap { part -> String? in
            if isFirstRun, part.fate == .startsAnew { return nil }
            return words(part.fate).map { "\(part.kind.rawValue) '\(part.name)' \($0)" }
        }
        if isReordered, !isFirstRun { lines.append(SpecChange.reordering) }
        for held in held {
            let holder = "stage '\(held.name)'"
            lines += [words(held, by: holder), words(hadOf: held, by: holder)].compactMap(\.self)
        }
        return lines
    }
}

// The words for one thing that is not as it was, wherever it is told.
extension SpecChange {
    package static let reordering = "the stages stand in another order"

    /// What becomes of a part, as its predicate; nil where it goes on as it was.
    package func words(_ fate: Fate) -> String? {
        switch fate {
        case .goesOn: nil
        case .carriedOver(let former): "goes on where '\(former)' was"
        case .startsAnew: "is new to the state and starts anew"
        case .gone: "is gone from the spec; the state keeps what it knows of it"
        }
    }

    /// Where records go on that a stage held; nil where they do in it.
    ///
    /// - Parameter holder: the subject for the stage.
    package func words(_ held: Held, by holder: String = "it") -> String? {
        if held.isInPlace { return nil }
        let records = "\(held.words) that \(holder) held"
        switch held.entry {
        case .stage: return nil
        case .behind(let place): return "\(records) go on behind stage '\(stageName(place))'"
        case .beginning: return "\(records) go through the chain from its beginning"
        }
    }

    /// The sinks that have records which a stage held, and do not get them again; nil where there are none.
    package func words(hadOf held: Held, by holder: String = "it") -> String? {
        if held.had.isEmpty { return nil }
        let names = parts.filter { $0.kind == .sink && held.had.contains($0.identity) }
            .map { "'\($0.name)'" }
        return "\(held.words) that \(holder) held are in sink\(names.count == 1 ? "" : "s") "
            + "\(names.joined(separator: ", ")) already and are not written there again"
    }

    private func stageName(_ place: Int) -> String {
        let stages = layout.filter { $0.kind == .stage }
        return stages.indices.contains(place) ? stages[place].name : "\(place)"
    }
}

extension SpecChange.Held {
    /// How many records they are.
    package var words: String { count == 1 ? "1 record" : "\(count) records" }
}

extension HistoryTime {
    /// - Parameter reach: seconds after which keys are forgotten.
    init(restored: HistoryClock.Stored?, reach: Int64, _ environment: RunEnvironment) {
        self.init(
            clock: HistoryClock(
                stored: restored, wall: environment.now() / 1_000_000_000, uptime: environment.uptime(),
                reach: reach),
            uptime: environment.uptime)
    }

    /// Says that the wall clock was changed since the last run.
    func log(to logger: Logger) {
        switch clock.finding {
        case .steady: break
        case .setBack(let seconds):
            logger.warning(
                "the clock is \(Duration.seconds(seconds).text) behind the last run's; the history goes on as if no time had passed"
            )
        case .leapt(let seconds):
            logger.warning(
                "the clock is \(Duration.seconds(seconds).text) ahead of the last run's; nothing is forgotten before the next run confirms it"
            )
        }
    }
}

extension Pipeline {
    /// Whether a stage keeps keys.
    var hasHistory: Bool { stages.contains { $0.operation is any HistoryOperation } }

    /// Seconds that keys are remembered for: the longest that a stage asks for; a week, for dead letters, where none
    /// does.
    var longestTTL: Int64 {
        let dedups = stages.compactMap { $0.operation as? any HistoryOperation }
        // A key that still makes duplicates must not be forgotten.
        return dedups.map { max($0.ttl, $0.history).wholeSeconds }.max() ?? 7 * 86_400
    }
}
