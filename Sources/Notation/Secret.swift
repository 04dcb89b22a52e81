/// A text that no description, log or dump shows: a token or a password.
package struct Secret: Sendable, Hashable {
    /// The text itself, for the one place that hands it on.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var isEmpty: Bool { revealed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
