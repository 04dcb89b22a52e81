/// How much something is: what buffers are bounded by.
@frozen
@usableFromInline
package struct Load: Hashable, Sendable {
    @usableFromInline package var count: Int
    /// Bytes, or whatever else the elements are weighed in.
    @usableFromInline package var weight: Int

    @inlinable
    package init(count: Int = 0, weight: Int = 0) {
        self.count = count
        self.weight = weight
    }

    @inlinable package static var none: Load { Load() }

    @inlinable package var isNone: Bool { count == 0 && weight == 0 }

    @inlinable
    package static func + (first: Load, second: Load) -> Load {
        Load(count: first.count + second.count, weight: first.weight + second.weight)
    }

    @inlinable
    package static func - (first: Load, second: Load) -> Load {
        Load(count: first.count - second.count, weight: first.weight - second.weight)
    }

    @inlinable package static func += (first: inout Load, second: Load) { first = first + second }
    @inlinable package static func -= (first: inout Load, second: Load) { first = first - second }

    /// Whether it is within a bound in both respects.
    @inlinable
    package func fits(_ capacity: Load) -> Bool { count <= capacity.count && weight <= capacity.weight }
}
