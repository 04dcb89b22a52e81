/// What a component may ask for when it is built. Other modules add what they need with ``BuildContextKey``.
package struct BuildContext: Sendable {
    /// The directory of the spec file; relative paths are relative to it.
    package var directory: String
    /// The pipeline's name.
    package var pipeline: String
    /// The name of the source, stage or sink that is being built.
    package var name: String
    /// What the state knows the sink by that is being built; empty for what is no sink.
    package private(set) var identity = ""
    /// The identifier of the run, for `{run}`.
    package var run: String
    package var environment: [String: String]
    private var extras: [ObjectIdentifier: any Sendable] = [:]

    package init(
        directory: String, pipeline: String, name: String = "", run: String = "",
        environment: [String: String] = [:]
    ) {
        self.directory = directory
        self.pipeline = pipeline
        self.name = name
        self.run = run
        self.environment = environment
    }

    /// A value that another module gives to components: a logger, a client, a clock.
    package subscript<Key: BuildContextKey>(_ key: Key.Type) -> Key.Value {
        get { extras[ObjectIdentifier(key)] as? Key.Value ?? Key.defaultValue }
        set { extras[ObjectIdentifier(key)] = newValue }
    }

    /// The same for another source, stage or sink.
    package func named(_ name: String, identity: String = "") -> BuildContext {
        var copy = self
        copy.name = name
        copy.identity = identity
        return copy
    }

    /// A path as the spec means it: absolute ones stay, others begin at the spec's directory.
    package func resolve(_ path: String) -> String {
        if path.hasPrefix("/") || path == "-" || directory.isEmpty || directory == "." { return path }
        return directory.hasSuffix("/") ? directory + path : directory + "/" + path
    }
}

/// Names a value in a ``BuildContext``.
package protocol BuildContextKey {
    associatedtype Value: Sendable
    static var defaultValue: Value { get }
}
