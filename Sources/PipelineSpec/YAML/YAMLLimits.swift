/// The bounds within which a spec file is read, so that a file from a stranger cannot exhaust the machine.
package struct YAMLLimits: Sendable {
    /// Bytes of the file.
    package var fileBytes = 16 << 20
    /// Bytes of one scalar's value.
    package var scalarBytes = 1 << 20
    /// Levels of nesting, aliased ones included.
    package var depth = 64
    /// Nodes after the expansion of aliases and merge keys.
    package var nodes = 100_000
    /// Bytes of all scalars after expansion.
    package var textBytes = 32 << 20

    package init() {}

    package static let standard = YAMLLimits()
}
