/// A member name, interned once, compared with tape words without unescaping.
///
/// Two keys are equal when their UTF-8 bytes are; canonical equivalence does not count.
///
/// Safe because nothing is written after `init`, and the bytes that the pattern refers to live until `deinit`.
package final class Key: @unchecked Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let utf8: ContiguousArray<UInt8>
    let pattern: NamePattern
    private let memory: UnsafeMutableBufferPointer<UInt8>

    package init(_ name: String) {
        self.name = name
        utf8 = ContiguousArray(name.utf8)
        memory = .allocate(capacity: utf8.count)
        _ = memory.initialize(from: utf8)
        pattern = NamePattern(UnsafeBufferPointer(memory))
    }

    deinit { memory.deallocate() }

    package var description: String { name }

    package static func == (a: Key, b: Key) -> Bool { a === b || a.utf8 == b.utf8 }

    package func hash(into hasher: inout Hasher) { hasher.combine(utf8) }
}
