import Buffering
package import Records

/// Makes of each unit of records (one, or a batch) others, and may wait for that: a `map` or `filter` of a Swift program.
/// Several are worked on at the same time, and the results go on in order.
///
/// What has not been converted is part of every checkpoint, so that none waits for it.
struct AsyncConversionStage: WaitingStage {
    /// What goes on in the place of a unit; nothing drops it.
    let convert: @Sendable ([Record]) async throws -> [Record]
    /// Units at the same time.
    let concurrency: Int
    /// Whether the records come in batches, each of which is a unit.
    let isBatched: Bool
    /// Whether what becomes of a batch is one.
    let keepsBatches: Bool
    /// What it held at the last checkpoint.
    let restored: RestoredHold
    /// The stage's identity in stored form.
    let identity: String
    let rule: FailureRule

    var holdsBack: Bool { true }

    func prepare(_ input: AsyncBuffer) { input.keep(restored.load) }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        var units = UnitHold(restored, isBatched: isBatched)
        rule.figures.count(in: restored.count, out: 0)
        var isDraining = false
        // Whether the stage has told itself to go on, behind what has come meanwhile.
        var isCalled = false
        // Whether what is held is the next run's.
        var isClosed = false
        func goOn() {
            guard !isCalled, !isClosed, units.hasUnit else { return }
            isCalled = (try? input.put(.tick)) != nil
        }
        goOn()
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                rule.figures.count(in: records.count, out: 0)
                input.keep(Load(records))
                units.append(records)
            case .control(.batchEnd): units.endBatch()
            case .control(.tick):
                isCalled = false
                if !isClosed { try await release(&units, input, emit) }
            case .control(.drain): isDraining = true
            case .control(.marker(var marker)):
                if let change = units.change() { marker.checkpoint.held[identity] = change }
                try await emit.control(.marker(marker))
                if marker.kind == .handOver { isClosed = true }
            case .control(let control): try await emit.control(control)
            }
            rule.figures.hold(units.count)
            goOn()
            if isDraining, units.count == 0 {
                isDraining = false
                try await emit.control(.drain)
            }
        }
        emit.finish()
    }

    /// Converts the next units, as many as may be at the same time, and lets them go on.
    private func release(_ units: inout UnitHold, _ input: AsyncBuffer, _ emit: Emitter) async throws {
        for result in await results(of: units.prefix(concurrency)) {
            let unit = units.removeUnit()
            try await send(result, of: unit, emit)
            input.release(Load(unit))
        }
    }

    private func results(of units: [[Record]]) async -> [Result<[Record], any Error>] {
        if units.count == 1 { return [await result(of: units[0])] }
        return await withTaskGroup(of: (Int, Result<[Record], any Error>).self) { group in
            for (place, unit) in units.enumerated() { group.addTask { (place, await result(of: unit)) } }
            var results: [Int: Result<[Record], any Error>] = [:]
            for await (place, result) in group { results[place] = result }
            return units.indices.compactMap { results[$0] }
        }
    }

    private func result(of unit: [Record]) async -> Result<[Record], any Error> {
        do { return .success(try await convert(unit)) } catch { return .failure(error) }
    }

    private func send(
        _ result: Result<[Record], any Error>, of unit: [Record], _ emit: Emitter
    ) async throws {
        switch result {
        case .success(let records):
            rule.figures.count(in: 0, out: records.count)
            try await emit.records(records)
            if keepsBatches, !records.isEmpty { try await emit.control(.batchEnd) }
        case .failure(let error):
            try Task.checkCancellation()
            let failures = try unit.compactMap { try rule.dispose($0, because: "\(error)") }
            if !failures.isEmpty { try await emit.control(.failures(failures)) }
        }
    }
}

/// A conversion that waits, as a stage.
package struct AsyncConversionOperation: StageOperation {
    package let kind: String
    private let convert: @Sendable ([Record]) async throws -> [Record]
    private let concurrency: Int
    private let keepsBatches: Bool

    /// - Parameters:
    ///   - kind: the word for it, such as `map`.
    ///   - concurrency: units at the same time, at least 1.
    ///   - keepsBatches: whether what becomes of a batch is one, not records on their own.
    ///   - convert: gives what goes on in the place of a unit; nothing drops it.
    package init(
        _ kind: String, concurrency: Int, keepsBatches: Bool,
        _ convert: @escaping @Sendable ([Record]) async throws -> [Record]
    ) {
        precondition(concurrency > 0, "at least one is converted at a time")
        self.kind = kind
        self.convert = convert
        self.concurrency = concurrency
        self.keepsBatches = keepsBatches
    }

    package func build(_ context: inout StageContext) throws -> StagePart {
        let restored = try context.restoredHold()
        let isBatched = context.isBatched
        context.isBatched = isBatched && keepsBatches
        return StagePart(
            AsyncConversionStage(
                convert: convert, concurrency: concurrency, isBatched: isBatched,
                keepsBatches: context.isBatched, restored: restored, identity: context.identity,
                rule: context.rule))
    }
}
