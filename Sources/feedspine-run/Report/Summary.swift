import Records
import Streaming

/// What a run did, as tables for people and as JSON for machines.
struct Summary {
    let pipeline: String
    let figures: RunFigures
    /// Where records go that stages give up.
    let deadLetters: String

    /// The tables and a closing sentence.
    func lines(width: Int) -> [String] {
        [headline] + [""] + sourceTable.lines(width: width) + [""] + stageTable.lines(width: width)
            + [""] + failures + [closing]
    }

    /// The tables that a live display shows.
    func liveLines(width: Int) -> [String] {
        [String(headline.prefix(width))] + sourceTable.lines(width: width) + stageTable.lines(width: width)
    }

    /// One line: what was read, delivered and dropped, and how fast.
    var headline: String {
        let elapsed = figures.elapsed
        var parts = [
            "\(Figures.count(figures.readCount)) read", "\(Figures.count(figures.deliveredCount)) delivered",
            "\(Figures.count(figures.duplicateCount)) duplicates", "in \(elapsed.text)"
        ]
        if let first = figures.timeToFirstItem { parts.append("first item after \(first.text)") }
        parts.append("\(Figures.rate(figures.readCount, in: elapsed)) items/s")
        return "\(pipeline): " + parts.joined(separator: ", ")
    }

    private var sourceTable: Table {
        var table = Table("source", "state", "items", "rejected")
        for source in figures.sources {
            table.add(
                source.name, source.state.word, Figures.count(source.itemCount),
                Figures.count(source.rejectCount, blankZero: true))
        }
        return table
    }

    private var stageTable: Table {
        var table = Table("stage", "in", "out", "dropped", "duplicates", "missing", "failed", "retries")
        for stage in figures.stages {
            let name = stage.name.hasPrefix(stage.kind) ? stage.name : "\(stage.kind) \(stage.name)"
            let dropped = stage.inCount - stage.outCount - stage.duplicateCount - stage.failureCount
            table.add(
                name, Figures.count(stage.inCount), Figures.count(stage.outCount),
                Figures.count(max(0, dropped), blankZero: true),
                Figures.count(stage.duplicateCount, blankZero: true),
                stage.kind == "filter" ? Figures.count(stage.missingCount, blankZero: true) : "",
                Figures.count(stage.failureCount, blankZero: true),
                Figures.count(stage.retryCount, blankZero: true))
        }
        return table
    }

    private var failureCount: Int { figures.stages.reduce(0) { $0 + $1.failureCount } }

    private var failures: [String] {
        if failureCount == 0 { return [] }
        return [
            "\(Figures.count(failureCount)) records failed in a stage; dead letters are in \(deadLetters)"
        ]
    }

    /// What a run has to say that looks as if it had done its work, and has delivered nothing; nil for others.
    var warning: String? {
        guard figures.deliveredCount == 0, let failures = failures.first else { return nil }
        return "nothing was delivered: \(failures)"
    }

    private var closing: String {
        let failed = figures.sources.filter { $0.state.isFailure }
        if !failed.isEmpty {
            return "\(failed.count) of \(figures.sources.count) sources failed: "
                + failed.map(\.name).joined(separator: ", ")
        }
        if figures.deliveredCount == 1 { return "1 new item was delivered." }
        if figures.deliveredCount > 1 {
            return "\(Figures.count(figures.deliveredCount)) new items were delivered."
        }
        if figures.duplicateCount > 0 {
            return "Nothing new: everything that passed had been delivered before."
        }
        if failureCount > 0 { return "Nothing was delivered: all that passed the filters failed in a stage." }
        return figures.readCount == 0
            ? "Nothing new: the sources had no new items." : "Nothing passed the filters."
    }

    /// The figures for `--report`.
    ///
    /// - Parameter redact: leaves out of a message what is not to be shown.
    func json(status: String, redact: (String) -> String) -> JSON {
        let sources = figures.sources.map { source -> JSON in
            var members: [(String, JSON)] = [
                ("name", .string(source.name)), ("state", .string(source.state.word)),
                ("items", .int(Int64(source.itemCount))), ("rejected", .int(Int64(source.rejectCount)))
            ]
            if case .failed(let message) = source.state {
                members.append(("error", .string(redact(message))))
            }
            return .object(JSONObject(members))
        }
        let stages = figures.stages.map { stage -> JSON in
            [
                "name": .string(stage.name), "kind": .string(stage.kind), "in": .int(Int64(stage.inCount)),
                "out": .int(Int64(stage.outCount)), "duplicates": .int(Int64(stage.duplicateCount)),
                "missing": .int(Int64(stage.missingCount)), "failed": .int(Int64(stage.failureCount)),
                "retries": .int(Int64(stage.retryCount))
            ]
        }
        let read = figures.readCount
        let seconds = figures.elapsed.seconds
        return [
            "pipeline": .string(pipeline), "status": .string(status), "elapsed_seconds": .double(seconds),
            "time_to_first_item_queued_seconds": figures.timeToFirstItem.map { .double($0.seconds) } ?? .null,
            "streaming_throughput_items_per_second": .double(Double(read) / max(seconds, 1e-9)),
            "deduplication_hit_rate": .double(read == 0 ? 0 : Double(figures.duplicateCount) / Double(read)),
            "read": .int(Int64(read)), "delivered": .int(Int64(figures.deliveredCount)),
            "duplicates": .int(Int64(figures.duplicateCount)),
            "checkpoints": .int(Int64(figures.checkpointCount)), "sources": .array(sources),
            "stages": .array(stages)
        ]
    }
}

extension SourceFigures.State {
    /// The state in a word.
    var word: String {
        switch self {
        case .waiting: "waiting"
        case .reading: "reading"
        case .finished: "done"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }

    var isFailure: Bool {
        if case .failed = self { return true }
        return false
    }
}
