import Records
package import Streaming

extension Pipeline {
    /// The same pipeline with other sources and sinks in the places of its own. What they are known by stays, so the
    /// state means the same.
    package func replacing(
        sources: (SourceNode) -> any Source = { $0.source },
        sinks: (_ stage: StageNode, Target) -> (any Sink)? = { $1.sink }
    ) -> Pipeline {
        Pipeline(
            name: name, settings: settings,
            sources: self.sources.map { node in
                SourceNode(
                    name: node.name, identity: node.identity, was: node.was, source: sources(node),
                    every: node.every, retry: node.retry, onFailure: node.onFailure)
            },
            stages: stages.map { node in
                guard node.operation is TapOperation else { return node }
                let targets = node.targets.compactMap { target in
                    sinks(node, target).map {
                        Target(name: target.name, identity: target.identity, was: target.was, sink: $0)
                    }
                }
                return StageNode(
                    name: node.name, identity: node.identity, was: node.was, operation: TapOperation(targets),
                    when: node.when, onError: node.onError, buffer: node.buffer)
            }, deadLetters: deadLetters)
    }

    /// The same pipeline writing nothing but the records of its first tap, to one sink.
    package func dry(into output: any Sink) -> Pipeline {
        let first = stages.first { !$0.targets.isEmpty }
        let printed = first?.targets.first?.identity
        return replacing(sinks: { stage, target in
            guard target.identity == printed else { return NoSink() }
            // A sink that several taps share would print for each of them.
            return stage.identity == first?.identity ? output : nil
        })
    }
}

/// Takes everything and keeps nothing.
struct NoSink: Sink {
    func open(_ opening: SinkOpening) {}
    func write(_ records: [Record]) -> [Refusal] { [] }
    func checkpoint() -> SinkPosition? { nil }
    func close() {}
}
