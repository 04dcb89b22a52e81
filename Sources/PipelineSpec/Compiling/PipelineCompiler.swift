import CEL
import Records
package import Streaming

/// Builds a pipeline that can be run from a spec that has been checked.
package struct PipelineCompiler: Sendable {
    private let context: BuildContext

    package init(context: BuildContext) { self.context = context }

    /// - Throws: what a component says when it cannot be built.
    package func compile(_ spec: PipelineSpec) throws -> Pipeline {
        var context = context
        context[OwnOutputsKey.self] = spec.ownOutputs
        let compiler = PipelineCompiler(context: context)
        return try compiler.pipeline(spec)
    }

    private func pipeline(_ spec: PipelineSpec) throws -> Pipeline {
        Pipeline(
            name: spec.name, settings: spec.settings.engine, sources: try spec.sources.map(source),
            stages: try conditions(of: spec.sources) + spec.stages.map(stage))
    }

    /// The filter for what sources with a `when` give; none where there are no such sources.
    ///
    /// It stands behind the place where positions are counted, so that what it drops is not read again.
    private func conditions(of sources: [SourceSpec]) throws -> [Pipeline.StageNode] {
        let conditions = try sources.compactMap { source in
            try source.options.when.map { (source.name, try predicate($0)) }
        }
        if conditions.isEmpty { return [] }
        let filter = SourceConditions(Dictionary(uniqueKeysWithValues: conditions))
        return [Pipeline.StageNode(name: SourceConditions.stageName, operation: FilterOperation(filter))]
    }

    private func source(_ spec: SourceSpec) throws -> Pipeline.SourceNode {
        var context = context.named(spec.name)
        context[SourceOptionsKey.self] = spec.options
        return Pipeline.SourceNode(
            name: spec.name, identity: spec.identity, was: spec.was, source: try spec.make(context),
            every: spec.options.interval,
            retry: spec.options.retry ?? Pipeline.SourceNode.defaultRetry,
            onFailure: spec.options.onError.engine)
    }

    private func stage(_ spec: StageSpec) throws -> Pipeline.StageNode {
        Pipeline.StageNode(
            name: spec.name, identity: spec.identity, was: spec.was, operation: try operation(spec),
            when: try spec.options.when.map(predicate),
            onError: spec.options.onError, buffer: spec.options.buffer)
    }

    private func operation(_ spec: StageSpec) throws -> any StageOperation {
        let context = context.named(spec.name)
        switch spec.operation {
        case .filter(let condition): return FilterOperation(try predicate(condition))
        case .map(let map): return MapOperation(try map.make(context))
        case .dedup(let dedup):
            return DedupOperation(
                try identification(dedup.key), history: dedup.history, ttl: dedup.ttl)
        case .rateLimit(let rate): return RateLimitOperation(rate)
        case .batch(let limits): return BatchOperation(limits)
        case .tap(let sinks):
            return TapOperation(
                try sinks.map { sink in
                    Pipeline.Target(
                        name: sink.name, identity: sink.identity, was: sink.was,
                        sink: try sink.make(context.named(sink.name)))
                })
        }
    }

    private func predicate(_ condition: Condition) throws -> any Predicate {
        CELPredicate(
            program: try context.compile(condition.source), context: context[EvaluationContextKey.self])
    }

    private func identification(_ key: [Expression]) throws -> any Identification {
        // The order of the parts says nothing, and must not change what is stored.
        let parts = key.sorted {
            $0.canonicalText.utf8.lexicographicallyPrecedes($1.canonicalText.utf8)
        }
        return CombinedIdentification(
            parts: try parts.map { expression in
                // A plain field path, which most keys are, needs no evaluation.
                if let path = fieldPath(expression.text) {
                    return FieldIdentification(
                        paths: [path], isScopedBySource: isItemID(path, expression.source.shape))
                }
                return CELIdentification(
                    program: try context.compile(expression.source),
                    context: context[EvaluationContextKey.self])
            })
    }

    /// Whether a path is that of a feed item's id, which feeds make without knowing of each other.
    private func isItemID(_ path: [Key], _ shape: RecordShape) -> Bool {
        switch shape {
        case .feedItem, .fields(_, areItems: true): path == [Key("id")]
        default: false
        }
    }

    /// The keys of an expression that is nothing but a path of a record's fields.
    private func fieldPath(_ text: String) -> [Key]? {
        let names = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPath = names.allSatisfy { name in
            name.utf8.first.map { $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isLetter } == true
                && name.utf8.allSatisfy {
                    Character(Unicode.Scalar($0)).isLetter || (0x30...0x39).contains($0)
                        || $0 == UInt8(ascii: "_")
                }
        }
        guard isPath, let first = names.first, !RecordNames.all.contains(String(first)) else { return nil }
        return names.map { Key(String($0)) }
    }
}

/// The `when` of sources, as one condition on what all of them give.
private struct SourceConditions: Predicate {
    /// No stage of a spec can have it.
    static let stageName = "sources: when"

    private let conditions: [String: any Predicate]

    init(_ conditions: [String: any Predicate]) { self.conditions = conditions }

    func match(_ record: borrowing Record) -> Match {
        conditions[record.chunk.origin.source]?.match(record) ?? .matched
    }
}

/// The files that the sinks of the pipeline write, which its sources leave out of patterns.
package enum OwnOutputsKey: BuildContextKey {
    package static let defaultValue = OwnOutputs([])
}

/// The options beside a source's name, for its constructor.
package enum SourceOptionsKey: BuildContextKey {
    package static let defaultValue: SourceOptions? = nil
}
