import Streaming

/// The figures of a run, as its report has them, and the law that they are held to: **what came in went on, was dropped,
/// was known, failed or is held, of each stage and in all.**
struct Accounts: Sendable, Equatable {
    struct Stage: Sendable, Equatable {
        let name: String
        let kind: String
        var came: Int
        var left: Int
        var duplicates: Int
        var failed: Int
        var held: Int

        /// What became of records for no reason that is counted: only filters may have such.
        var rest: Int { came - left - duplicates - failed - held }
    }

    var read: Int
    var restored: Int
    var completed: Int
    var dropped: Int
    var duplicates: Int
    var failed: Int
    var letters: Int
    var held: Int
    var stages: [Stage]

    init(_ figures: RunFigures) {
        read = figures.readCount
        restored = figures.restoredCount
        completed = figures.endCount
        dropped = figures.droppedCount
        duplicates = figures.duplicateCount
        failed = figures.failureCount
        letters = figures.deadLetterCount
        held = figures.heldCount
        stages = figures.stages.map {
            Stage(
                name: $0.name, kind: $0.kind, came: $0.inCount, left: $0.outCount,
                duplicates: $0.duplicateCount, failed: $0.failureCount, held: $0.heldCount)
        }
    }

    /// In words, what does not add up.
    ///
    /// - Parameter isWhole: whether the run came to its end; of one that did not, records may be on their way.
    func violation(isWhole: Bool) -> String? {
        for stage in stages {
            if isWhole ? stage.rest < 0 : stage.came < stage.left {
                return "figures: more has left stage '\(stage.name)' than came: \(stage)"
            }
            if isWhole, stage.kind != "filter", stage.rest != 0 {
                return "figures: \(stage.rest) records of stage '\(stage.name)' are nowhere: \(stage)"
            }
            if stage.kind != "dedup", stage.duplicates > 0 {
                return "figures: stage '\(stage.name)' has duplicates: \(stage)"
            }
        }
        for (stage, next) in zip(stages, stages.dropFirst()) where isWhole {
            if next.came < stage.left || restored == 0 && next.came > stage.left {
                return "figures: \(stage.left) left '\(stage.name)', \(next.came) came to '\(next.name)'"
            }
        }
        if letters > failed { return "figures: \(letters) dead letters of \(failed) records that failed" }
        let known = completed + dropped + duplicates + failed + held
        guard isWhole, read + restored != known else { return nil }
        return
            "figures: \(read) read and \(restored) restored are not \(completed) completed, \(dropped) dropped, "
            + "\(duplicates) duplicates, \(failed) failed and \(held) held"
    }
}

/// What a pipeline may hold at any time: **never more than `settings.buffer`, in records between two stages and in bytes
/// altogether; above it no more than one record that was let in alone, and what the run before has left.**
struct Bounds: Sendable {
    /// More memory than any record of a simulation takes.
    private static let largestRecord = 4096

    private let buffer: Int
    private let bufferBytes: Int
    /// Batches come as a whole.
    private let batches: Int
    private(set) var violation: String?

    init(_ spec: SpecDraft) {
        buffer = spec.buffer
        bufferBytes = spec.bufferBytes
        batches = spec.stages.reduce(0) { if case .batch(let size, _) = $1 { $0 + size } else { $0 } }
    }

    mutating func look(at figures: RunFigures) {
        guard violation == nil else { return }
        let load = figures.load
        let restored = figures.restoredCount
        if load.bytes > bufferBytes + (restored + 2) * Bounds.largestRecord {
            violation = "bounds: \(load.bytes) bytes are held where \(bufferBytes) may be"
        }
        if figures.inletFill > buffer {
            violation = "bounds: \(figures.inletFill) records wait behind the sources where \(buffer) may"
        }
        // What is let in while all links have room is one run, and they are never all full: each is bounded by its own
        // capacity and those before it.
        var capacity = restored + buffer + batches
        for stage in figures.stages {
            guard let fill = stage.queueFill else { continue }
            capacity += buffer
            if fill > capacity {
                violation = "bounds: \(fill) records wait before '\(stage.name)' where \(capacity) may"
            }
        }
    }
}
