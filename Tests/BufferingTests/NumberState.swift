@testable import Buffering

/// A buffer of numbers, whose reader and writers are names and numbers, too.
typealias NumberState = BufferState<PlainQueue<Int>, Broken, String, Int>

struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension NumberState {
    static func of(_ capacity: Int, weight: Int = .max, isBounded: Bool = true) -> NumberState {
        NumberState(PlainQueue(), capacity: Load(count: capacity, weight: weight), isBounded: isBounded)
    }
}
