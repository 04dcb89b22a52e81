import Hosting
import Records
import Streaming

extension Summary {
    /// The figures for `--report`.
    func json(status: String) -> JSON {
        let seconds = figures.elapsed.seconds
        let read = figures.readCount
        var members = [("pipeline", JSON.string(pipeline)), ("status", .string(status))]
        members += [
            ("elapsed_seconds", .double(seconds)),
            (
                "time_to_first_item_queued_seconds",
                figures.timeToFirstItem.map { JSON.double($0.seconds) } ?? .null
            ),
            ("streaming_throughput_items_per_second", .double(Double(read) / max(seconds, 1e-9))),
            ("deduplication_hit_rate", .double(figures.duplicateRate))
        ]
        members +=
            counts + [
                ("checkpoints", .int(Int64(figures.checkpointCount))),
                ("sources", .array(figures.sources.map(json))), ("stages", .array(figures.stages.map(json)))
            ]
        return .object(JSONObject(members))
    }

    /// The figures of a line of progress.
    var progress: [(String, JSON)] {
        [("pipeline", .string(pipeline)), ("elapsed_seconds", .double(figures.elapsed.seconds))] + counts
    }

    private var counts: [(String, JSON)] {
        [
            ("read", .int(Int64(figures.readCount))), ("restored", .int(Int64(figures.restoredCount))),
            ("delivered", .int(Int64(figures.deliveredCount))),
            ("completed", .int(Int64(figures.endCount))), ("dropped", .int(Int64(figures.droppedCount))),
            ("duplicates", .int(Int64(figures.duplicateCount))),
            ("failed", .int(Int64(figures.failureCount))),
            ("dead_letters", .int(Int64(figures.deadLetterCount))),
            ("held", .int(Int64(figures.heldCount)))
        ]
    }

    private func json(_ source: SourceFigures) -> JSON {
        var members: [(String, JSON)] = [
            ("name", .string(source.name)), ("state", .string(source.state.word)),
            ("items", .int(Int64(source.itemCount))), ("rejected", .int(Int64(source.rejectCount)))
        ]
        if case .failed(let message) = source.state { members.append(("error", .string(message))) }
        return .object(JSONObject(members))
    }

    private func json(_ stage: StageFigures) -> JSON {
        [
            "name": .string(stage.name), "kind": .string(stage.kind), "in": .int(Int64(stage.inCount)),
            "out": .int(Int64(stage.outCount)), "duplicates": .int(Int64(stage.duplicateCount)),
            "dropped": .int(Int64(stage.droppedCount)), "missing": .int(Int64(stage.missingCount)),
            "failed": .int(Int64(stage.failureCount)),
            "retries": .int(Int64(stage.retryCount)), "held": .int(Int64(stage.heldCount))
        ]
    }
}
