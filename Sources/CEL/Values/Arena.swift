import Glibc

/// Memory for what one evaluation makes; everything is given back at once.
///
/// Safe because only trivial types go in, so nothing needs to be destroyed, and blocks live until `reset` or `deinit`.
struct Arena: ~Copyable {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var next: UInt = 0
    private var end: UInt = 0
    private var blockSize = 4096
    private var firstBlockSize = 0

    /// Blocks that are larger are freed between evaluations.
    private static let keptBlockSize = 1 << 16

    deinit { for block in blocks { free(block) } }

    /// Uninitialised memory; an allocation costs nothing until the first one.
    @inline(__always)
    mutating func allocate(byteCount: Int, alignment: UInt) -> UnsafeMutableRawPointer {
        let start = (next &+ alignment &- 1) & ~(alignment &- 1)
        if next != 0, start &+ UInt(byteCount) <= end,
            let pointer = UnsafeMutableRawPointer(bitPattern: start)
        {
            next = start &+ UInt(byteCount)
            return pointer
        }
        return allocateBlock(byteCount: byteCount)
    }

    @inline(never)
    private mutating func allocateBlock(byteCount: Int) -> UnsafeMutableRawPointer {
        let size = max(blockSize, byteCount)
        blockSize = min(blockSize * 2, 1 << 20)
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        if blocks.isEmpty { firstBlockSize = size }
        blocks.append(block)
        next = UInt(bitPattern: block) &+ UInt(byteCount)
        end = UInt(bitPattern: block) &+ UInt(size)
        return block
    }

    mutating func allocate<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        allocate(
            byteCount: max(1, count * MemoryLayout<T>.stride), alignment: UInt(MemoryLayout<T>.alignment)
        )
        .bindMemory(to: T.self, capacity: count)
    }

    /// Forgets everything; one small block is kept for the next evaluation.
    @inline(__always)
    mutating func reset() {
        if next != 0 { rewind() }
    }

    @inline(never)
    private mutating func rewind() {
        let keepsFirst = firstBlockSize <= Arena.keptBlockSize
        for block in blocks.dropFirst(keepsFirst ? 1 : 0) { free(block) }
        if keepsFirst, let first = blocks.first {
            blocks.removeLast(blocks.count - 1)
            next = UInt(bitPattern: first)
            end = next &+ UInt(firstBlockSize)
            blockSize = max(4096, firstBlockSize)
        } else {
            blocks.removeAll()
            (next, end, blockSize, firstBlockSize) = (0, 0, 4096, 0)
        }
    }
}

extension Arena {
    /// A copy of bytes.
    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> Text {
        let start = allocate(UInt8.self, count: bytes.count)
        if let source = bytes.baseAddress { start.update(from: source, count: bytes.count) }
        return Text(start: start, count: bytes.count)
    }

    mutating func text(_ string: String) -> Text {
        var string = string
        return string.withUTF8 { text($0) }
    }

    mutating func text(_ bytes: [UInt8]) -> Text { bytes.withUnsafeBufferPointer { text($0) } }

    /// Both texts, one behind the other.
    mutating func joined(_ left: Text, _ right: Text) -> Text {
        let start = allocate(UInt8.self, count: left.count + right.count)
        start.update(from: left.start, count: left.count)
        (start + left.count).update(from: right.start, count: right.count)
        return Text(start: start, count: left.count + right.count)
    }

    mutating func list(_ values: [Value]) -> Value.List {
        let start = allocate(Value.self, count: values.count)
        for (position, value) in values.enumerated() { (start + position).initialize(to: value) }
        return Value.List(start: start, count: values.count)
    }

    mutating func optional(_ value: Value) -> Value {
        let place = allocate(Value.self, count: 1)
        place.initialize(to: value)
        return .optional(UnsafePointer(place))
    }
}
