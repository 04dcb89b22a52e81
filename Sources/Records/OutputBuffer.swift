import Glibc

/// Bytes that are being written: memory from `malloc` that grows, and that a ``Chunk`` can adopt without a copy.
///
/// Safe because it is not copyable, so that one owner at a time reads and writes the memory, and `deinit` frees it
/// unless `release` handed it on; sending it to another thread sends the only reference. ``Chunk/padding`` bytes of capacity are always kept in reserve.
package struct OutputBuffer: ~Copyable, @unchecked Sendable {
    private var memory: UnsafeMutablePointer<UInt8>
    /// Bytes that fit without new memory.
    package private(set) var capacity: Int
    package private(set) var count = 0

    package init(reserving bytes: Int = 0) {
        capacity = max(bytes, 64)
        memory = allocate(UInt8.self, count: capacity + Chunk.padding)
    }

    deinit { free(memory) }

    /// What was written; valid until the next change.
    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Forgets the first bytes; the rest moves to the front.
    package mutating func removeFirst(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= count, "only written bytes can be removed")
        memmove(memory, memory + bytes, count - bytes)
        count -= bytes
    }

    /// Forgets the last bytes.
    package mutating func removeLast(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= count, "only written bytes can be removed")
        count -= bytes
    }

    /// Makes room for at least so many more bytes.
    @inline(__always)
    package mutating func reserve(_ additional: Int) {
        if count &+ additional > capacity { grow(additional) }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        capacity = max(capacity * 2, count + additional)
        memory = reallocate(memory, count: capacity + Chunk.padding)
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count &+= 1
    }

    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        memcpy(memory + count, start, bytes.count)
        count &+= bytes.count
    }

    /// Appends bytes with another before and after them.
    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, between byte: UInt8) {
        reserve(bytes.count &+ 2)
        let target = memory + count
        target[0] = byte
        if let start = bytes.baseAddress { memcpy(target + 1, start, bytes.count) }
        target[bytes.count &+ 1] = byte
        count &+= bytes.count &+ 2
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Lets `write` fill at least `space` free bytes; it answers how many it wrote.
    package mutating func append<E: Error>(
        space: Int, _ write: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        reserve(space)
        let written = try write(UnsafeMutableRawBufferPointer(start: memory + count, count: capacity - count))
        precondition(written >= 0 && written <= capacity - count, "more was written than there was room")
        count += written
        return written
    }

    /// Hands over the memory, with ``Chunk/padding`` zero bytes after `count`; the receiver frees it.
    consuming func release() -> (memory: UnsafeMutablePointer<UInt8>, count: Int) {
        let count = self.count
        let needed = count + Chunk.padding
        let memory =
            needed < capacity - capacity / 8 ? reallocate(self.memory, count: needed) : self.memory
        memset(memory + count, 0, Chunk.padding)
        discard self
        return (memory, count)
    }
}
