/// What a component does, as far as the options beside its name and the files of the others depend on it.
package struct ComponentTraits: Sendable {
    /// A question whose answer depends on the component's options.
    package typealias Judgement = @Sendable (GivenOptions) -> Bool

    /// Whether a source makes requests, which `rate_limit`, `timeout` and `retry` are about.
    package var makesRequests: Judgement
    /// Whether a source may ask elsewhere in its own way: reading it again may help, and nothing else of that is about it.
    package var makesOwnRequests: Bool
    /// Whether a map or a sink makes requests, so that what the pipeline says of its own (`user_agent`) has an effect.
    package var sendsRequests: Bool
    /// Whether records wait before a map, in a buffer.
    package var waits: Bool
    /// Whether it can fail, so that `on_error` has something to decide.
    package var canFail: Bool
    /// Whether a source may have more to read later, so that polling it makes sense.
    package var canGrow: Judgement
    /// The options that hold the paths of files which a source reads, or a sink writes.
    package var files: [String]
    /// For sinks that share a file: the options that tell apart what they write in it.
    package var parts: [String]
    /// What is added to a sink's path to name the files that it keeps beside its own.
    package var sideFiles: [String]
    /// For sinks that give their files other names: templates of those, by the options and the path.
    package var laterPaths: @Sendable (GivenOptions, String) -> [String]

    package init(
        makesRequests: @escaping Judgement = { _ in true }, makesOwnRequests: Bool = false,
        sendsRequests: Bool = false,
        waits: Bool = false, canFail: Bool = true,
        canGrow: @escaping Judgement = { _ in true }, files: [String] = [], parts: [String] = [],
        sideFiles: [String] = [],
        laterPaths: @escaping @Sendable (GivenOptions, String) -> [String] = { _, _ in [] }
    ) {
        self.makesRequests = makesRequests
        self.makesOwnRequests = makesOwnRequests
        self.sendsRequests = sendsRequests
        self.waits = waits
        self.canFail = canFail
        self.canGrow = canGrow
        self.files = files
        self.parts = parts
        self.sideFiles = sideFiles
        self.laterPaths = laterPaths
    }
}

extension Component {
    /// The same component, which says more of itself.
    package func with(_ traits: ComponentTraits) -> Component {
        var copy = self
        copy.traits = traits
        return copy
    }

    /// The same component with rules about options that depend on each other.
    package func depending(on dependencies: OptionDependency...) -> Component {
        var copy = self
        copy.options.dependencies += dependencies
        return copy
    }
}
