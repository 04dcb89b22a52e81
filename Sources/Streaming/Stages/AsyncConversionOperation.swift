package import Records

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
            let opening = TransformOpening(
                calls: context.calls(), logger: context.environment.logger,
                isForShow: !context.environment.acknowledges)
            convert =
                RecordConversion(transform: transform.opened(opening), when: context.node.when).convert
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
        if unit.count == 1 { return try await convert(unit[0]) }
        let parts = try await inOrder(unit, atMost: transform.concurrency, convert)
        return Conversion(records: parts.flatMap(\.records), failures: parts.flatMap(\.failures))
    }

    @Sendable private func convert(_ record: Record) async throws -> Conversion {
        switch when?.match(record) ?? .matched {
        case .notMatched, .missing: return Conversion(records: [record])
        case .failed(let message): return Conversion(failures: [(record, message)])
        case .matched: break
        }
        do {
            let records = try await transform.transform(record)
            for made in records {
                if let refusal = RecordGrowth.refusal(of: record, making: made) { throw refusal }
            }
            return Conversion(records: records)
        } catch let error where error is StoreFailure || error is any PermanentFailure {
            throw error
        } catch {
            try Task.checkCancellation()
            return Conversion(failures: [(record, "\(error)")])
        }
    }
}

/// What is made of things, several of them at the same time, in their order.
private func inOrder<Item: Sendable, Made: Sendable>(
    _ items: [Item], atMost most: Int, _ make: @escaping @Sendable (Item) async throws -> Made
) async throws -> [Made] {
    try await withThrowingTaskGroup(of: (Int, Made).self) { group in
        var all: [Int: Made] = [:]
        for (place, item) in items.enumerated() {
            if place >= most, let (done, made) = try await group.next() { all[done] = made }
            group.addTask { (place, try await make(item)) }
        }
        while let (place, made) = try await group.next() { all[place] = made }
        return items.indices.compactMap { all[$0] }
    }
}
