package import Streaming

/// All components that pipelines can use.
package struct Catalog: Sendable {
    package let sources: ComponentList<any Source>
    package let stages: ComponentList<any StageOperation>
    package let maps: ComponentList<any MapBody>
    package let sinks: ComponentList<any Sink>

    /// The stages of the language, in the order of the documentation.
    package static let stages = [
        FilterOperation.component, MapOperation.component, DedupOperation.component,
        RateLimitOperation.component, BatchOperation.component, TapOperation.component
    ]

    package init(
        sources: [SourceComponent], stages: [StageComponent] = Catalog.stages,
        maps: [MapComponent], sinks: [SinkComponent]
    ) {
        self.sources = ComponentList("source", sources)
        self.stages = ComponentList("stage", stages)
        self.maps = ComponentList("map", maps)
        self.sinks = ComponentList("sink", sinks)
    }

    /// The same with more components behind those of each kind.
    package func adding(
        sources: [SourceComponent] = [], stages: [StageComponent] = [], maps: [MapComponent] = [],
        sinks: [SinkComponent] = []
    ) -> Catalog {
        Catalog(
            sources: self.sources.components + sources, stages: self.stages.components + stages,
            maps: self.maps.components + maps, sinks: self.sinks.components + sinks)
    }

    /// The kinds of components with a name: one name can be a source and a sink.
    package func kinds(of name: String) -> [String] {
        var kinds: [String] = []
        if sources[name] != nil { kinds.append(sources.kind) }
        if stages[name] != nil { kinds.append(stages.kind) }
        if maps[name] != nil { kinds.append(maps.kind) }
        if sinks[name] != nil { kinds.append(sinks.kind) }
        return kinds
    }

    /// The options that stand beside every component of a kind.
    package func optionsBeside(_ kind: String) -> [String] {
        switch kind {
        case sources.kind: SourceOptions.options.names
        case stages.kind: StepOptions.options.names
        case sinks.kind: SinkOptions.options.names + ["ref"]
        default: []
        }
    }

    /// Every name once, for suggestions.
    package var allNames: [String] {
        var seen: Set<String> = []
        return (sources.names + stages.names + maps.names + sinks.names).filter {
            seen.insert($0).inserted
        }
    }
}
