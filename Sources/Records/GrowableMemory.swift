public import Glibc

/// Memory from `malloc` that grows, and that a ``Chunk`` can adopt without a copy: what ``OutputBuffer`` counts in bytes
/// and ``TapeBuffer`` in words.
///
/// Safe because it is not copyable, so that one owner at a time reads and writes the memory, and `deinit` frees it
/// unless `release` handed it on; sending it to another thread sends the only reference.
@usableFromInline
struct GrowableMemory: ~Copyable, @unchecked Sendable {
    @usableFromInline var start: UnsafeMutableRawPointer
    /// Bytes that fit; ``Chunk/padding`` more are always kept in reserve.
    @usableFromInline var capacity: Int

    init(capacity: Int) {
        self.capacity = max(64, capacity)
        start = Self.allocated(malloc(self.capacity + Chunk.padding))
    }

    @inlinable deinit { free(start) }

    /// Makes room for at least `additional` bytes after the first `used`, which stay.
    @usableFromInline @inline(never)
    mutating func grow(used: Int, additional: Int) {
        capacity = max(capacity * 2, used + additional)
        start = Self.allocated(realloc(start, capacity + Chunk.padding))
    }

    /// Hands over memory of about the right size, with ``Chunk/padding`` zero bytes after the first `used`; the receiver
    /// frees it.
    consuming func release(used: Int) -> UnsafeMutableRawPointer {
        let needed = used + Chunk.padding
        let memory =
            needed < capacity - capacity / 8 ? Self.allocated(realloc(start, needed)) : start
        memset(memory + used, 0, Chunk.padding)
        discard self
        return memory
    }

    /// The process ends when there is no memory, as it does for Swift's own objects.
    private static func allocated(_ memory: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
        guard let memory else { abort() }
        return memory
    }
}
