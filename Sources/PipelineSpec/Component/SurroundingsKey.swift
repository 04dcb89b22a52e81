package import Streaming

/// Where components take time and chance from.
package enum SurroundingsKey: BuildContextKey {
    package static let defaultValue = Surroundings.machine
}
