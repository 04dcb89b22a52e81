internal import CEL
internal import PipelineSpec

/// A source, map, stage, sink or function of a program, for its pipeline files: what it is called, what it does, its
/// options, and how it is made of them.
///
/// ```swift
/// let numbers = Component.source(
///     "numbers", "Sends the numbers from 1 on.",
///     Field<Int>("count", "How many.", .range(1...1000), example: "3", role: .address)
/// ) { count in Numbers(1..<count + 1) }
/// ```
///
/// Options stand in the pipeline file as those of the built-in components do: a lone required one may stand bare.
/// Checking a file, with `validate` and in editors, makes no component.
public struct Component: Sendable {
    enum Kind: Sendable {
        case source(SourceComponent)
        case map(MapComponent)
        case stage(StageComponent)
        case sink(SinkComponent)
        case function(Function, forWholeNumbers: [Function])
    }

    let kind: Kind
}

extension Component {
    var name: String {
        switch kind {
        case .source(let component): component.name
        case .map(let component): component.name
        case .stage(let component): component.name
        case .sink(let component): component.name
        case .function(let function, _): function.name
        }
    }

    /// What it is, in a word.
    var word: String {
        switch kind {
        case .source: "source"
        case .map: "map"
        case .stage: "stage"
        case .sink: "sink"
        case .function: "function"
        }
    }
}
