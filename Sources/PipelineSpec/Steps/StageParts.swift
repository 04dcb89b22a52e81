/// The entries that a stage holds within its own.
package struct StageParts: Sendable {
    package var map: MapSpec?
    package var sinks: [SinkSpec] = []
}

/// The parts of the stage that is being built.
enum StagePartsKey: BuildContextKey {
    static let defaultValue = StageParts()
}

/// What kind of entries an option holds.
package enum NestedEntries: Sendable {
    case map
    case sinks
}
