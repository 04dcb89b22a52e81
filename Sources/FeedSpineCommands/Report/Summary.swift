import Hosting
import Records
import Streaming

/// What a run did, as tables for people and as JSON for machines.
struct Summary: Sendable {
    let pipeline: String
    let figures: RunFigures
    /// Where records go that stages give up; nil where they are only counted.
    let deadLetters: String?
    /// Makes a name fit to be shown.
    let shown: @Sendable (String) -> String

    init(_ session: Session, shown: @escaping @Sendable (String) -> String) {
        pipeline = session.name
        figures = session.run.figures
        deadLetters = session.deadLetters.map { file in session.deadLetterSink.map { "sink '\($0)'" } ?? file
        }
        self.shown = shown
    }

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
            "\(Figures.count(figures.duplicateCount)) duplicates"
        ]
        if figures.failureCount > 0 { parts.append("\(Figures.count(figures.failureCount)) failed") }
        parts.append("in \(elapsed.text)")
        if let first = figures.timeToFirstItem { parts.append("first item after \(first.text)") }
        parts.append("\(Figures.rate(figures.readCount, in: elapsed)) items/s")
        return "\(pipeline): " + parts.joined(separator: ", ")
    }

    private var sourceTable: Table {
        var table = Table("source", "state", "items", "rejected")
        for source in figures.sources {
            table.add(
                shown(source.name), source.state.word, Figures.count(source.itemCount),
                Figures.count(source.rejectCount, blankZero: true))
        }
        return table
    }

    private var stageTable: Table {
        var table = Table(
            "stage", "in", "out", "dropped", "duplicates", "missing", "failed", "retries", "held")
        for stage in figures.stages {
            let name = stage.name.hasPrefix(stage.kind) ? stage.name : "\(stage.kind) \(stage.name)"
            table.add(
                shown(name), Figures.count(stage.inCount), Figures.count(stage.outCount),
                Figures.count(stage.droppedCount, blankZero: true),
                Figures.count(stage.duplicateCount, blankZero: true),
                stage.kind == "filter" ? Figures.count(stage.missingCount, blankZero: true) : "",
                Figures.count(stage.failureCount, blankZero: true),
                Figures.count(stage.retryCount, blankZero: true),
                Figures.count(stage.heldCount, blankZero: true))
        }
        return table
    }

    private var failures: [String] {
        let count = figures.failureCount
        if count == 0 { return [] }
        let failed = count == 1 ? "1 record failed" : "\(Figures.count(count)) records failed"
        guard let deadLetters else { return ["\(failed); a dry run keeps no dead letters"] }
        let letters = figures.deadLetterCount
        let new = letters == count ? "" : ", \(Figures.count(letters)) of them for the first time"
        return ["\(failed)\(new); dead letters are in \(shown(deadLetters))"]
    }

    private var closing: String {
        let failed = figures.sources.filter { $0.state.isFailure }
        if !failed.isEmpty {
            return "\(failed.count) of \(figures.sources.count) sources failed: "
                + failed.map { shown($0.name) }.joined(separator: ", ")
        }
        if figures.deliveredCount == 1 { return "1 new item was delivered." }
        if figures.deliveredCount > 1 {
            return "\(Figures.count(figures.deliveredCount)) new items were delivered."
        }
        if let lost = figures.allLost { return shown(lost.prefix(1).uppercased() + lost.dropFirst() + ".") }
        let held = figures.stages.reduce(0) { $0 + $1.heldCount }
        if held > 0 {
            return "Nothing was delivered yet; \(Figures.count(held)) records are held for the next run."
        }
        if figures.duplicateCount > 0 {
            return "Nothing new: everything that passed had been delivered before."
        }
        if figures.readCount == 0 { return "Nothing new: the sources had no new items." }
        let isFiltered = figures.stages.contains { $0.kind == "filter" && $0.outCount < $0.inCount }
        return figures.failureCount == 0 && isFiltered
            ? "Nothing passed the filters." : "Nothing was delivered."
    }
}
