package import Streaming

/// All components that pipelines can use.
package struct Catalog: Sendable {
    package let sources: ComponentList<any Source>
    package let stages: ComponentList<any StageOperation>
    package let maps: ComponentList<any Transform>
    package let sinks: ComponentList<any Sink>

    /// The stages of the language, in the order of the documentation.
    package static let stages = [
        FilterOperation.component, MapOperation.component, DedupOperation.component,
        RateLimitOperation.component, BatchOperation.component, TapOperation.component
    ]

    package init(
        sources: [Component<any Source>], stages: [Component<any StageOperation>] = Catalog.stages,
        maps: [Component<any Transform>], sinks: [Component<any Sink>]
    ) {
        self.sources = ComponentList("source", sources)
        self.stages = ComponentList("stage", stages)
        self.maps = ComponentList("map", maps)
        self.sinks = ComponentList("sink", sinks)
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

    /// Every name once, for suggestions.
    package var allNames: [String] {
        var seen: Set<String> = []
        return (sources.names + stages.names + maps.names + sinks.names).filter {
            seen.insert($0).inserted
        }
    }
}
