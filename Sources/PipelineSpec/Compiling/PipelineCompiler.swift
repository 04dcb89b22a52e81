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
            stages: try conditions(of: spec.sources) + spec.stages.map(stage),
            deadLetters: try spec.deadLetters?.target(context))
    }

    /// The filter for what sources with a `when` give; none where there are no such sources.
    ///
    /// It stands behind the place where positions are counted, so that what it drops is not read again.
    private func conditions(of sources: [SourceSpec]) throws -> [Pipeline.StageNode] {
        let conditions = try sources.compactMap { source in
            try source.options.when.map { (source.name, try context.predicate($0)) }
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
        var context = context.named(spec.name)
        context[StagePartsKey.self] = spec.parts
        return Pipeline.StageNode(
            name: spec.name, identity: spec.identity, was: spec.was, operation: try spec.make(context),
            when: try spec.options.when.map(context.predicate), onError: spec.options.onError,
            buffer: spec.options.buffer)
    }
}

extension BuildContext {
    /// A condition of the spec, ready to be asked.
    func predicate(_ condition: Condition) throws -> any Predicate {
        CELPredicate(program: try compile(condition.source), context: self[EvaluationContextKey.self])
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
    package static let defaultValue = OwnOutputs.none
}

/// The options beside a source's name, for its constructor.
package enum SourceOptionsKey: BuildContextKey {
    package static let defaultValue: SourceOptions? = nil
}
