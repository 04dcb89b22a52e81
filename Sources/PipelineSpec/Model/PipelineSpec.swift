package import Diagnostics
package import Streaming

/// A pipeline file, checked and typed, with the constructors of its components. Nothing has been built.
package struct PipelineSpec: Sendable {
    package let name: String
    package let description: String?
    package let settings: SettingsSpec
    package let sources: [SourceSpec]
    package let stages: [StageSpec]
    /// The sink of the dead letters; nil for their file.
    package let deadLetters: SinkSpec?
    /// The files that its sources read, as far as they are named and no patterns.
    package let inputs: [String]
    /// The files that its sinks write.
    package let ownOutputs: OwnOutputs

    /// Whether a source is to be read again and again.
    package var isPolled: Bool { sources.contains { $0.options.interval != nil } }
}

/// One entry of `sources`.
package struct SourceSpec: Sendable {
    /// Unique among the sources: the one given, else one made of the address.
    package let name: String
    package let identity: Identity
    /// The identity that it had before, where the file says so.
    package let was: String?
    package let component: String
    package let options: SourceOptions
    package let shape: RecordShape
    package let make: Component<any Source>.Constructor
    package let range: SourceRange
}

/// One entry of `stages`.
package struct StageSpec: Sendable {
    /// Unique among the stages.
    package let name: String
    package let identity: Identity
    /// The identity that it had before, where the file says so.
    package let was: String?
    package let component: String
    /// What the stage holds: the map of a `map`, the sinks of a `tap`.
    package let parts: StageParts
    package let options: StepOptions
    package let make: Component<any StageOperation>.Constructor
    package let range: SourceRange
}

/// The component of a `map` stage.
package struct MapSpec: Sendable {
    package let component: String
    let address: Address
    package let make: MapComponent.Constructor
}

/// A sink of a `tap`, defined there or under `sinks`. Those with one identity are one sink.
package struct SinkSpec: Sendable {
    package let name: String
    /// Never numbered: what has the address of another sink is that sink.
    package let identity: Identity
    /// The identity that it had before, where the file says so.
    package let was: String?
    /// All options in one form: two sinks of one identity that differ in it contradict each other.
    package let spelling: String
    package let component: String
    package let make: Component<any Sink>.Constructor
    package let range: SourceRange
}

/// A value was needed that only the environment has, but the spec was read for checking.
package struct DeferredValueError: Error, Sendable {}

/// What reading a pipeline file gives.
package struct PipelineReading: Sendable {
    /// The spec, if nothing is wrong with it.
    package let spec: PipelineSpec?
    package let diagnostics: FileDiagnostics
    /// What other pipelines have to know of this one, as far as it could be read.
    package let outline: SpecOutline
    /// Takes the values that came from `${…}` out of texts.
    package let redactor: Redactor

    init(spec: PipelineSpec?, diagnostics: FileDiagnostics, outline: SpecOutline, redactor: Redactor) {
        self.spec = spec
        self.diagnostics = diagnostics
        self.outline = outline
        self.redactor = redactor
    }

    /// What there is to say of a file that could not even be read.
    package init(unreadable diagnostics: FileDiagnostics) {
        self.init(spec: nil, diagnostics: diagnostics, outline: SpecOutline(), redactor: Redactor([String]()))
    }
}
