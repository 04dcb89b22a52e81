import Pacing
import Records
import Testing

@testable import Streaming

extension Pipeline {
    /// A pipeline of numbered stages: `0.filter`, `1.map`, …
    static func of(
        _ sources: [SourceNode], _ operations: [StageKind], settings: Settings = Settings(),
        onError: OnError? = nil
    ) -> Pipeline {
        let stages = operations.enumerated().map { index, operation in
            StageNode(
                name: "\(index).\(operation.base.kind)", operation: operation.base, onError: onError)
        }
        return Pipeline(name: "test", settings: settings, sources: sources, stages: stages)
    }
}

extension Pipeline.SourceNode {
    static func scripted(_ name: String = "s", _ source: ScriptedSource) -> Pipeline.SourceNode {
        Pipeline.SourceNode(name: name, source: source)
    }
}

/// A stage in the words of a spec.
struct StageKind: Sendable {
    let base: any StageOperation

    static func filter(_ predicate: any Predicate) -> StageKind { .init(base: FilterOperation(predicate)) }
    static func map(_ transform: any Transform) -> StageKind { .init(base: MapOperation(transform)) }
    static func rateLimit(_ rate: Rate) -> StageKind { .init(base: RateLimitOperation(rate)) }
    static func batch(_ limits: BatchLimits) -> StageKind { .init(base: BatchOperation(limits)) }
    static func tap(_ targets: [Pipeline.Target]) -> StageKind { .init(base: TapOperation(targets)) }

    static func dedup(_ identification: any Identification, history: Duration, ttl: Duration) -> StageKind {
        .init(base: DedupOperation(identification, history: history, ttl: ttl))
    }

    static func tap(_ output: Output) -> StageKind {
        .tap([Pipeline.Target(name: "out", sink: RecordingSink(output: output))])
    }

    static func tap(_ sink: any Sink) -> StageKind { .tap([Pipeline.Target(name: "out", sink: sink)]) }
}

extension Pipeline.Settings {
    static func buffer(_ capacity: Int) -> Pipeline.Settings {
        var settings = Pipeline.Settings()
        settings.buffer = capacity
        return settings
    }
}

/// A transform written as a closure over the record's number.
struct NumberTransform: Transform {
    let body: @Sendable (Int, inout RecordEdit) throws -> Void

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        try body(record["n"]?.int.map { Int($0) } ?? -1, &edit)
    }
}

/// A predicate written as a closure over the record's number.
struct NumberPredicate: Predicate {
    let body: @Sendable (Int) -> Match

    init(_ body: @escaping @Sendable (Int) -> Match) { self.body = body }

    /// Matches when `body` says so.
    static func `where`(_ body: @escaping @Sendable (Int) -> Bool) -> NumberPredicate {
        NumberPredicate { body($0) ? .matched : .notMatched }
    }

    func match(_ record: borrowing Record) -> Match { body(record["n"]?.int.map { Int($0) } ?? -1) }
}

/// The numbers in lines such as `{"n":1}`.
func numbers(_ lines: [String]) -> [Int] {
    lines.compactMap { (try? JSON(parsing: $0))?["n"]?.int.map { Int($0) } }
}
