import Glibc

/// Memory for what one evaluation makes; everything is given back together at its end.
///
/// Safe because only trivial types go in, so nothing needs to be destroyed, and blocks live until `deinit`.
struct Arena: ~Copyable {
    /// What stands at the start of each block.
    private struct Header {
        let previous: UnsafeMutablePointer<Header>?
        let size: Int
    }

    private var block: UnsafeMutablePointer<Header>?
    private var next: UInt = 0
    private var end: UInt = 0

    private static let smallestBlock = 4096
    private static let largestStep = 1 << 20

    init() {}

    deinit {
        var last = block
        while let current = last {
            last = current.pointee.previous
            free(current)
        }
    }

    /// Uninitialised memory; an arena costs nothing until the first allocation.
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
        let doubled = min(2 * (block?.pointee.size ?? Arena.smallestBlock / 2), Arena.largestStep)
        let size = max(doubled, byteCount + Arena.headerSize)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        let header = memory.bindMemory(to: Header.self, capacity: 1)
        header.initialize(to: Header(previous: block, size: size))
        block = header
        next = UInt(bitPattern: memory) &+ UInt(Arena.headerSize &+ byteCount)
        end = UInt(bitPattern: memory) &+ UInt(size)
        return memory + Arena.headerSize
    }

    private static var headerSize: Int { 16 }

    /// Memory for values of a trivial type.
    mutating func allocate<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        allocate(
            byteCount: max(1, count * MemoryLayout<T>.stride), alignment: UInt(MemoryLayout<T>.alignment)
        )
        .bindMemory(to: T.self, capacity: count)
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
