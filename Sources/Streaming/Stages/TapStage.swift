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

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        var batch: [Record] = []
        while let element = try await input.take() {
            switch element {
            case .records(let records):
                if isBatched { batch += records } else { try await deliver(records, emit) }
            case .control(.batchEnd):
                try await deliver(batch, emit)
                batch = []
                try emit.control(.batchEnd)
            case .control(.marker(var marker)):
                for (name, position) in try await checkpoint() { marker.checkpoint.sinks[name] = position }
                try emit.control(.marker(marker))
            case .control(let control): try emit.control(control)
            }
        }
        emit.finish()
    }

    private func deliver(_ records: [Record], _ emit: Emitter) async throws {
        var records = records
        let chosen = records.indices.filter { index in
            when.map { $0.match(records[index]) == .matched } ?? true
        }
        guard !chosen.isEmpty else { return try await emit.records(records) }
        let selection = chosen.count == records.count ? records : chosen.map { records[$0] }
        let refused = try await write(selection)
        run.sinkWrote()
        rule.figures.count(in: records.count, out: records.count - refused.count)
        if !refused.isEmpty {
            let failures = try refused.compactMap {
                try rule.dispose(selection[$0.index], because: $0.message)
            }
            if !failures.isEmpty { try emit.control(.failures(failures)) }
            for refusal in refused.reversed() { records.remove(at: chosen[refusal.index]) }
        }
        try await emit.records(records)
    }

    /// Writes to all sinks.
    ///
    /// - Returns: the records that a sink refused for good, in rising order, each once.
    private func write(_ records: [Record]) async throws -> [SinkWriter.Refusal] {
        if writers.count == 1 { return try await writers[0].write(records) }
        let refused = try await withThrowingTaskGroup(of: [SinkWriter.Refusal].self) { group in
            for writer in writers { group.addTask { try await writer.write(records) } }
            return try await group.reduce(into: [Int: SinkWriter.Refusal]()) { all, refusals in
                for refusal in refusals { all[refusal.index] = refusal }
            }
        }
        return refused.values.sorted { $0.index < $1.index }
    }

    private func checkpoint() async throws -> [(String, SinkPosition)] {
        try await withThrowingTaskGroup(of: (String, SinkPosition?).self) { group in
            for writer in writers { group.addTask { (writer.name, try await writer.checkpoint()) } }
            return try await group.reduce(into: []) { all, answer in
                if let position = answer.1 { all.append((answer.0, position)) }
            }
        }
    }
}
