/// Builds records: writes compact JSON text and its tape together, one top-level value a line.
///
/// Calls must be balanced and in the order of the grammar (a key before each member's value); anything else is
/// a bug of the caller and traps. What is larger than a chunk can be comes from outside: an empty text stands for it,
/// the builder stays usable, and ``finish(origin:)`` throws.
package struct ChunkBuilder: ~Copyable {
    /// A container that has not ended.
    struct Open {
        let index: Int
        let kind: NodeKind
        var count = 0
        /// Whether a key waits for its value.
        var hasKey = false
    }

    var bytes: OutputBuffer
    var tape: TapeBuffer
    /// The innermost open container, and those around it.
    private var innermost: Open?
    private var outer: [Open] = []
    /// The tape indexes of the finished top-level values.
    package internal(set) var roots: [UInt32] = []
    /// Whether something was left out because there was no room for it, so that nothing can be made of the rest.
    package private(set) var isTooLarge = false

    /// The most bytes of a chunk: 512 MiB, so that tape words can say every offset, index and count.
    static let maximumByteCount = 1 << 29

    package init(reserving bytes: Int = 0) {
        self.bytes = OutputBuffer(reserving: bytes)
        tape = TapeBuffer(capacity: bytes / 8)
    }

    /// The number of finished top-level values.
    package var rootCount: Int { roots.count }

    /// Bytes written so far.
    package var byteCount: Int { bytes.count }

    package mutating func beginObject() { begin(.object, bracket: UInt8(ascii: "{")) }
    package mutating func beginArray() { begin(.array, bracket: UInt8(ascii: "[")) }
    package mutating func endObject() { end(.object, bracket: UInt8(ascii: "}")) }
    package mutating func endArray() { end(.array, bracket: UInt8(ascii: "]")) }

    package mutating func key(_ key: Key) {
        key.utf8.withUnsafeBufferPointer { self.key(utf8: $0) }
    }

    package mutating func key(_ name: String) {
        var name = name
        name.withUTF8 { key(utf8: $0) }
    }

    package mutating func key(utf8 name: UnsafeBufferPointer<UInt8>) {
        separateName()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A name in which nothing needs escaping.
    package mutating func key(plain name: StaticString) {
        separateName()
        tape.append(TapeWord(.string, length: name.utf8CodeUnitCount, offset: bytes.count + 1))
        bytes.append(plainName: name)
    }

    /// A member whose value is a string, as ``key(plain:)`` and ``string(utf8:)`` write it.
    package mutating func member(plain name: StaticString, utf8 value: UnsafeBufferPointer<UInt8>) {
        separateName()
        let start = bytes.count
        tape.append(TapeWord(.string, length: name.utf8CodeUnitCount, offset: start + 1))
        if hasRoom(for: value.count), bytes.append(plainName: name, plain: value) {
            tape.append(
                TapeWord(.string, length: value.count, offset: start + name.utf8CodeUnitCount + 4))
        } else {
            bytes.append(plainName: name)
            quoted(value)
        }
        innermost?.hasKey = false
        innermost?.count += 1
    }

    /// The name of a member that is copied as it stands.
    package mutating func key(_ name: Record.FieldName) {
        switch name {
        case .key(let key): self.key(key)
        case .node(let node):
            separateName()
            appendWord(of: node)
            bytes.append(UInt8(ascii: ":"))
        }
    }

    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: $0) }
    }

    /// A string; `utf8` must be valid UTF-8.
    package mutating func string(utf8: UnsafeBufferPointer<UInt8>) {
        beforeValue()
        quoted(utf8)
        afterValue()
    }

    package mutating func int(_ value: Int64) {
        scalar(.integer) { $0.append(decimal: value) }
    }

    package mutating func uint(_ value: UInt64) {
        scalar(.integer) { $0.append(decimal: value) }
    }

    /// A number that reads back as the same double; null for infinities and NaN, which JSON does not have.
    package mutating func double(_ value: Double) {
        scalar(value.isFinite ? .decimal : .null) { $0.append(decimal: value) }
    }

    package mutating func bool(_ value: Bool) {
        scalar(value ? .true : .false) { $0.append(value ? "true" : "false") }
    }

    package mutating func null() {
        scalar(.null) { $0.append("null") }
    }

    /// Ends the building; answers the chunk and the tape indexes of its top-level values.
    package consuming func finish(origin: Origin) throws(ChunkTooLarge) -> (chunk: Chunk, roots: [UInt32]) {
        precondition(innermost == nil, "a container was not ended")
        guard !isTooLarge, bytes.count <= ChunkBuilder.maximumByteCount else { throw ChunkTooLarge() }
        let roots = roots
        let text = bytes.release()
        let words = tape.release()
        let chunk = Chunk(
            origin: origin, adoptingBytes: text.memory, byteCount: text.count, adoptingTape: words.words,
            tapeCount: words.count)
        return (chunk, roots)
    }
}

extension ChunkBuilder {
    private mutating func begin(_ kind: NodeKind, bracket: UInt8) {
        beforeValue()
        if let innermost { outer.append(innermost) }
        innermost = Open(index: tape.count, kind: kind)
        tape.append(TapeWord(kind, length: 0, offset: bytes.count))
        tape.append(TapeWord(next: 0, byteCount: 0))
        bytes.append(bracket)
    }

    private mutating func end(_ kind: NodeKind, bracket: UInt8) {
        guard let container = innermost, container.kind == kind, !container.hasKey else {
            preconditionFailure("an end without its beginning, or a key without a value")
        }
        innermost = outer.popLast()
        bytes.append(bracket)
        let start = TapeWord(bits: tape.words[container.index]).offset
        tape.words[container.index] = TapeWord(kind, length: container.count, offset: start).bits
        tape.words[container.index + 1] = TapeWord(next: tape.count, byteCount: bytes.count - start).bits
        afterValue()
    }

    private mutating func scalar(_ kind: NodeKind, _ write: (inout OutputBuffer) -> Void) {
        beforeValue()
        let start = bytes.count
        write(&bytes)
        tape.append(TapeWord(kind, length: bytes.count - start, offset: start))
        afterValue()
    }

    @inline(__always)
    mutating func quoted(_ utf8: UnsafeBufferPointer<UInt8>) {
        let utf8 = hasRoom(for: utf8.count) ? utf8 : UnsafeBufferPointer(start: nil, count: 0)
        let start = bytes.count + 1
        var escaped = bytes.append(quoting: utf8)
        if bytes.count - 1 - start > TapeWord.maximumLength {
            // Escapes have made it too long.
            bytes.removeLast(bytes.count - start)
            bytes.append(UInt8(ascii: "\""))
            isTooLarge = true
            escaped = false
        }
        tape.append(
            TapeWord(escaped ? .escapedString : .string, length: bytes.count - 1 - start, offset: start))
    }

    /// Whether so many bytes more fit into a string, and into the chunk; if not, that is remembered.
    @inline(__always)
    mutating func hasRoom(for count: Int) -> Bool {
        if count <= TapeWord.maximumLength, bytes.count + count <= ChunkBuilder.maximumByteCount {
            return true
        }
        isTooLarge = true
        return false
    }

    @inline(__always)
    private mutating func separateName() {
        guard let container = innermost, container.kind == .object, !container.hasKey else {
            preconditionFailure("a key outside an object")
        }
        if container.count > 0 { bytes.append(UInt8(ascii: ",")) }
        innermost?.hasKey = true
    }

    /// Checks that a value may stand here, and writes the comma before an element.
    @inline(__always)
    mutating func beforeValue() {
        guard let container = innermost else { return roots.append(UInt32(tape.count)) }
        if container.kind == .object {
            precondition(container.hasKey, "a member's value without a key")
            innermost?.hasKey = false
        } else if container.count > 0 {
            bytes.append(UInt8(ascii: ","))
        }
        innermost?.count += 1
    }

    /// Ends the line after a top-level value.
    @inline(__always)
    mutating func afterValue() {
        if innermost == nil { bytes.append(UInt8(ascii: "\n")) }
    }
}

/// What was to become one chunk is larger than any may be.
package struct ChunkTooLarge: Error, Hashable, CustomStringConvertible {
    package init() {}

    package var description: String {
        "larger than a text or a group of records may be (\(TapeWord.maximumLength >> 20) and "
            + "\(ChunkBuilder.maximumByteCount >> 20) MiB)"
    }
}
