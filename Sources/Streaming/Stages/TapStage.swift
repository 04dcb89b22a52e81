import Logging
import Records

/// Writes the same records to all its sinks at the same time, and lets them go on when all have them.
struct TapStage: WaitingStage {
    let writers: [SinkWriter]
    let when: (any Predicate)?
    let rule: FailureRule
    /// Whether the records come in batches that have to be kept together.
    let isBatched: Bool
    let run: RunFigures
    let logger: Logger

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        var batch: [Record] = []
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                if isBatched { batch += records } else { try await deliver(consume records, emit) }
            case .control(.batchEnd):
                let complete = batch
                batch = []
                try await deliver(consume complete, emit)
                try await emit.control(.batchEnd)
            case .control(.marker(var marker)):
                for answer in try await checkpoint() { marker.add(answer) }
                try await emit.control(.marker(marker))
            case .control(let control): try await emit.control(control)
            }
        }
        emit.finish()
    }

    private func deliver(_ records: consuming [Record], _ emit: Emitter) async throws {
        let incoming = records.count
        let undecided = try rule.removeUndecided(&records, when: when)
        if !undecided.isEmpty { try await emit.control(.failures(undecided)) }
        let refused = try await write(records)
        rule.figures.count(in: incoming, out: records.count - refused.count)
        if !refused.isEmpty {
            var failures: [RecordFailure] = []
            for refusal in refused {
                let failure = try rule.dispose(records[refusal.index], because: refusal.message)
                if let failure { failures.append(failure) }
            }
            try await emit.control(.failures(failures))
            records.remove(at: refused.map(\.index))
        }
        try await emit.records(consume records)
    }

    /// Writes the records that the tap is for.
    ///
    /// - Returns: those that a sink refused for good, in rising order, each once.
    private func write(_ records: [Record]) async throws -> [SinkWriter.Refusal] {
        guard let chosen = chosen(among: records) else { return try await writeAll(records) }
        if chosen.isEmpty { return [] }
        return try await writeAll(chosen.map { records[$0] }).map { refusal in
            SinkWriter.Refusal(index: chosen[refusal.index], message: refusal.message)
        }
    }

    /// The places of the records that the tap is for; nil for all.
    private func chosen(among records: [Record]) -> [Int]? {
        guard let when else { return nil }
        return records.indices.filter { when.match(records[$0]) == .matched }
    }

    /// Counts what was written, and says so at each tenth record for who follows closely.
    private func report(_ count: Int) {
        guard count > 0 else { return }
        let total = run.sinksWrote(count)
        if total / 10 > (total - count) / 10 { logger.debug("\(total) records delivered to sinks") }
    }

    /// Writes to all sinks at the same time.
    private func writeAll(_ records: [Record]) async throws -> [SinkWriter.Refusal] {
        let refused = try await refusals(of: records)
        report(records.count - refused.count)
        return refused
    }

    private func refusals(of records: [Record]) async throws -> [SinkWriter.Refusal] {
        if records.isEmpty { return [] }
        if writers.count == 1 { return try await writers[0].write(records) }
        let refused = try await withThrowingTaskGroup(of: [SinkWriter.Refusal].self) { group in
            for writer in writers { group.addTask { try await writer.write(records) } }
            return try await group.reduce(into: [Int: SinkWriter.Refusal]()) { all, refusals in
                for refusal in refusals { all[refusal.index] = refusal }
            }
        }
        return refused.values.sorted { $0.index < $1.index }
    }

    private func checkpoint() async throws -> [SinkWriter.Answer] {
        try await withThrowingTaskGroup(of: SinkWriter.Answer.self) { group in
            for writer in writers { group.addTask { try await writer.checkpoint() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
