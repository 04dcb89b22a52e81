import Buffering
package import Records

/// Makes of each unit of records (one, or a batch) others, and may wait for that: a `map` or `filter` of a Swift program.
/// Several are worked on at the same time, and the results go on in order.
///
/// What has not been converted is part of every checkpoint, so that none waits for it.
struct AsyncConversionStage: WaitingStage {
    /// What goes on in the place of a unit; nothing drops it. Where it throws, the whole unit has failed.
    let convert: @Sendable ([Record]) async throws -> Conversion
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
        for result in await inOrder(units.prefix(concurrency), result) {
            let unit = units.removeUnit()
            try await send(result, of: unit, emit)
            input.release(Load(unit))
        }
    }

    @Sendable private func result(of unit: [Record]) async -> Result<Conversion, any Error> {
        do { return .success(try await convert(unit)) } catch { return .failure(error) }
    }

    private func send(
        _ result: Result<Conversion, any Error>, of unit: [Record], _ emit: Emitter
    ) async throws {
        switch result {
        case .success(let conversion):
            let records = conversion.records
            rule.figures.count(in: 0, out: records.count)
            let failures = try conversion.failures.compactMap { try rule.dispose($0, because: $1) }
            if !failures.isEmpty { try await emit.control(.failures(failures)) }
            try await emit.records(records)
            if keepsBatches, !records.isEmpty { try await emit.control(.batchEnd) }
        case .failure(let error as any PermanentFailure):
            // It would fail for every record, and none is to blame; all come again when it works.
            throw StageFailure(
                stage: rule.stage, source: unit[0].chunk.origin.source, index: unit[0].index,
                message: "\(error)")
        case .failure(let error):
            try Task.checkCancellation()
            let failures = try unit.compactMap { try rule.dispose($0, because: "\(error)") }
            if !failures.isEmpty { try await emit.control(.failures(failures)) }
        }
    }
}

/// What is made of several things at the same time, in their order.
private func inOrder<Item: Sendable, Made: Sendable>(
    _ items: [Item], _ make: @escaping @Sendable (Item) async -> Made
) async -> [Made] {
    if items.count == 1 { return [await make(items[0])] }
    return await withTaskGroup(of: (Int, Made).self) { group in
        for (place, item) in items.enumerated() { group.addTask { (place, await make(item)) } }
        var all: [Int: Made] = [:]
        for await (place, made) in group { all[place] = made }
        return items.indices.compactMap { all[$0] }
    }
}

/// What has become of a unit.
struct Conversion {
    var records: [Record] = []
    /// Records that could not be converted, each with the reason.
    var failures: [(Record, String)] = []
}

/// A conversion that waits, as a stage.
package struct AsyncConversionOperation: StageOperation {
    private enum Body: Sendable {
        /// Makes of each unit, a record or a batch, another.
        case units(concurrency: Int, keepsBatches: Bool, @Sendable ([Record]) async throws -> [Record])
        /// Makes of each record others; batches stay batches.
        case records(any AsyncTransform)
    }

    package let kind: String
    private let body: Body

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
        body = .units(concurrency: concurrency, keepsBatches: keepsBatches, convert)
    }

    /// A map of a pipeline file.
    init(_ transform: any AsyncTransform) {
        precondition(transform.concurrency > 0, "at least one is converted at a time")
        kind = "map"
        body = .records(transform)
    }

    package func build(_ context: inout StageContext) throws -> StagePart {
        let restored = try context.restoredHold()
        let isBatched = context.isBatched
        let concurrency: Int
        let convert: @Sendable ([Record]) async throws -> Conversion
        switch body {
        case .units(let count, let keepsBatches, let body):
            context.isBatched = isBatched && keepsBatches
            concurrency = count
            convert = { Conversion(records: try await body($0)) }
        case .records(let transform):
            // Those of a batch are worked on at the same time, not several batches.
            concurrency = isBatched ? 1 : transform.concurrency
            convert = RecordConversion(transform: transform, when: context.node.when).convert
        }
        return StagePart(
            AsyncConversionStage(
                convert: convert, concurrency: concurrency, isBatched: isBatched,
                keepsBatches: context.isBatched, restored: restored, identity: context.identity,
                rule: context.rule))
    }
}

/// Runs a map over the records of a unit, each of which can fail alone.
private struct RecordConversion: Sendable {
    let transform: any AsyncTransform
    let when: (any Predicate)?

    @Sendable func convert(_ unit: [Record]) async throws -> Conversion {
        var conversion = Conversion()
        for start in stride(from: 0, to: unit.count, by: transform.concurrency) {
            let part = Array(unit[start..<min(start + transform.concurrency, unit.count)])
            for one in await inOrder(part, convert) {
                let one = try one.get()
                conversion.records += one.records
                conversion.failures += one.failures
            }
            try Task.checkCancellation()
        }
        return conversion
    }

    @Sendable private func convert(_ record: Record) async -> Result<Conversion, any Error> {
        switch when?.match(record) ?? .matched {
        case .notMatched, .missing: return .success(Conversion(records: [record]))
        case .failed(let message): return .success(Conversion(failures: [(record, message)]))
        case .matched: break
        }
        do {
            let records = try await transform.transform(record)
            for made in records {
                if let refusal = RecordGrowth.refusal(of: record, making: made) { throw refusal }
            }
            return .success(Conversion(records: records))
        } catch let error as any PermanentFailure {
            return .failure(error)
        } catch {
            return .success(Conversion(failures: [(record, "\(error)")]))
        }
    }
}
