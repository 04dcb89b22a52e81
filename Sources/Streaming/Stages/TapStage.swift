import Buffering
import Logging
import Pacing
import Records

/// Writes the same records to all its sinks at the same time, and lets them go on when all have them.
struct TapStage: WaitingStage {
    let writers: [SinkWriter]
    let when: (any Predicate)?
    let rule: FailureRule
    /// What becomes of records that a sink refuses.
    let refusalRule: FailureRule
    /// Whether the records come in batches that have to be kept together.
    let isBatched: Bool
    /// Whether the rest of the batch that it has the beginning of is still to come.
    let awaitsRest: Bool
    /// A part of a batch that it had at the last checkpoint.
    let restored: RestoredHold
    /// The stage's identity in stored form.
    let identity: String
    let run: RunFigures
    let logger: Logger
    /// Whether there are records of an earlier run that have been in sinks which are ahead of them.
    var mayHaveReturned = false

    /// Why a record was refused, and by whom.
    private struct Refused {
        /// The first of them, by its name.
        let sink: String
        let reason: String
        /// The sinks of the tap that have it, by identity in stored form.
        var takers: [String]

        var isTakenElsewhere: Bool { !takers.isEmpty }
    }

    func prepare(_ input: AsyncBuffer) { input.keep(restored.load) }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        // The rate at which a batch comes may be limited: a checkpoint that passes in its middle keeps its first part.
        var batch = Hold(restored)
        var load = restored.load
        rule.figures.count(in: restored.count, out: 0)
        // Of a batch that nobody has the rest of, nothing would ever tell the end.
        if !awaitsRest, !batch.isEmpty {
            try await deliver(batch.takeAll(), emit)
            if isBatched { try await emit.control(.batchEnd) }
            input.release(load)
            load = .none
        }
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                rule.figures.count(in: records.count, out: 0)
                guard isBatched else {
                    try await deliver(consume records, emit)
                    continue
                }
                let more = Load(records)
                input.keep(more)
                load += more
                batch.append(records)
            case .control(.batchEnd):
                try await deliver(batch.takeAll(), emit)
                try await emit.control(.batchEnd)
            case .control(.drain):
                try await deliver(batch.takeAll(), emit)
                try await emit.control(.drain)
            case .control(.marker(var marker)):
                if let change = batch.change() { marker.checkpoint.held[identity] = change }
                for answer in try await checkpoint(marker.id) { marker.add(answer) }
                try await emit.control(.marker(marker))
            case .control(let control): try await emit.control(control)
            }
            if batch.isEmpty {
                input.release(load)
                load = .none
            }
            rule.figures.hold(batch.count)
        }
        emit.finish()
    }

    private func deliver(_ records: consuming [Record], _ emit: Emitter) async throws {
        if records.isEmpty { return }
        let undecided = try refusalRule.removeUndecided(&records, when: when)
        if !undecided.isEmpty { try await emit.control(.failures(undecided)) }
        let chosen = chosen(among: records)
        let refused = try await write(records, chosen)
        markDelivered(&records, chosen, refused)
        rule.figures.count(in: 0, out: records.count - refused.count)
        if !refused.isEmpty {
            var failures: [RecordFailure] = []
            let places = refused.keys.sorted()
            for place in places {
                guard let refusal = refused[place] else { continue }
                if refusal.isTakenElsewhere { records[place].isDelivered = true }
                let failure = try refusalRule.dispose(
                    records[place], because: refusal.reason, sink: refusal.sink, takers: refusal.takers)
                if let failure { failures.append(failure) }
            }
            try await emit.control(.failures(failures))
            records.remove(at: places)
        }
        try await emit.records(consume records)
    }

    /// The places of the records that the tap is for; nil for all.
    private func chosen(among records: [Record]) -> [Int]? {
        guard let when else { return nil }
        return records.indices.filter { when.match(records[$0]) == .matched }
    }

    /// Writes the records that the tap is for to all sinks at the same time.
    ///
    /// - Returns: by its place, each record that a sink refused for good.
    private func write(_ records: [Record], _ chosen: [Int]?) async throws -> [Int: Refused] {
        let written = chosen.map { $0.map { records[$0] } } ?? records
        if written.isEmpty { return [:] }
        let refusals = try await refusals(of: written)
        if refusals.allSatisfy(\.isEmpty) { return [:] }
        var all: [Int: Refused] = [:]
        for (writer, refusals) in zip(writers, refusals) {
            for refusal in refusals {
                let place = chosen?[refusal.index] ?? refusal.index
                // The first sink that refused it names the reason.
                all[
                    place,
                    default: Refused(
                        sink: writer.name, reason: refusal.reason, takers: writers.map(\.identity))
                ].takers.removeAll { $0 == writer.identity }
            }
        }
        return all
    }

    /// By the sink, in the order of the spec.
    private func refusals(of records: [Record]) async throws -> [[Refusal]] {
        if writers.count == 1 { return [try await write(records, to: writers[0])] }
        let answers = try await withThrowingTaskGroup(of: (Int, [Refusal]).self) { group in
            for (index, writer) in writers.enumerated() {
                group.addTask { (index, try await write(records, to: writer)) }
            }
            return try await group.reduce(into: [Int: [Refusal]]()) { $0[$1.0] = $1.1 }
        }
        return writers.indices.map { answers[$0] ?? [] }
    }

    /// Writes what a sink does not have from an earlier run.
    private func write(_ records: [Record], to writer: SinkWriter) async throws -> [Refusal] {
        guard isReturned(records) else { return try await writer.write(records) }
        let places = records.indices.filter { !records[$0].sinksBefore().contains(writer.identity) }
        if places.isEmpty { return [] }
        return try await writer.write(places.map { records[$0] }).map {
            Refusal(index: places[$0.index], reason: $0.reason, isFinal: $0.isFinal)
        }
    }

    /// Whether a sink may have any of the records from an earlier run.
    private func isReturned(_ records: [Record]) -> Bool {
        mayHaveReturned && records.contains { !$0.sinksBefore().isEmpty }
    }

    /// Marks the records that a sink has taken, and counts those that none had before.
    private func markDelivered(_ records: inout [Record], _ chosen: [Int]?, _ refused: [Int: Refused]) {
        var count = 0
        func mark(_ index: Int) {
            if let refused = refused[index], !refused.isTakenElsewhere { return }
            if !records[index].isDelivered { count += 1 }
            records[index].isDelivered = true
        }
        if let chosen { chosen.forEach(mark) } else { records.indices.forEach(mark) }
        guard count > 0 else { return }
        let total = run.sinksTook(count)
        if total / 10 > (total - count) / 10 { logger.debug("\(total) records delivered to sinks") }
    }

    private func checkpoint(_ marker: UInt64) async throws -> [SinkWriter.Answer] {
        try await withThrowingTaskGroup(of: SinkWriter.Answer?.self) { group in
            for writer in writers { group.addTask { try await writer.checkpoint(marker: marker) } }
            return try await group.reduce(into: []) { if let answer = $1 { $0.append(answer) } }
        }
    }
}

/// `tap`: writes records to sinks and passes them on.
package struct TapOperation: StageOperation {
    package let targets: [Pipeline.Target]

    package var kind: String { "tap" }

    /// A sink that does not work is tried again, then the run ends; a record that a sink refuses for good is set apart.
    package var defaultOnError: OnError {
        OnError(retry: RetryPolicy(), then: .fail, refused: .deadLetter)
    }

    package init(_ targets: [Pipeline.Target]) { self.targets = targets }

    package func build(_ context: inout StageContext) throws -> StagePart {
        let writers = targets.map { context.writer(for: $0) }
        let restored = try context.restoredHold()
        var refusalRule = context.rule
        refusalRule.disposal = context.node.onError.refused
        return StagePart(
            TapStage(
                writers: writers, when: context.node.when, rule: context.rule, refusalRule: refusalRule,
                isBatched: context.isBatched, awaitsRest: context.isBatched && context.hasRestOfBatch,
                restored: restored, identity: context.identity,
                run: context.run, logger: context.environment.logger,
                mayHaveReturned: context.mayHaveReturned))
    }
}
