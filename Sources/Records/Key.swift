/// A member name, interned once, compared with tape words without unescaping.
///
/// Two keys are equal when their UTF-8 bytes are; canonical equivalence does not count.
package final class Key: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let utf8: ContiguousArray<UInt8>

    package init(_ name: String) {
        self.name = name
        utf8 = ContiguousArray(name.utf8)
    }

    package var description: String { name }

    package static func == (a: Key, b: Key) -> Bool { a === b || a.utf8 == b.utf8 }

    package func hash(into hasher: inout Hasher) { hasher.combine(utf8) }
}
