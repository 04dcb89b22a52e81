import FeedSpine
import Synchronization

/// A feed of numbered records, which notes what is asked of it.
final class Numbers: FeedAdapter {
    struct Broken: Error, Equatable {}

    let name: String
    private let range: Range<Int>
    private let breaksAt: Int?
    private let state = Mutex<(sent: Int, calls: [String])>((0, []))

    /// - Parameter breaksAt: the number in whose place it throws ``Broken``.
    init(_ range: Range<Int>, name: String = "numbers", breaksAt: Int? = nil) {
        self.name = name
        self.range = range
        self.breaksAt = breaksAt
    }

    var calls: [String] { state.withLock { $0.calls } }
    var sent: Int { state.withLock { $0.sent } }

    func initialize() { state.withLock { $0.calls.append("initialize") } }

    func fetch() -> AsyncThrowingStream<Record, any Error> {
        state.withLock { $0.calls.append("fetch") }
        let next = Mutex(range.lowerBound)
        return AsyncThrowingStream { [self] in
            let number = next.withLock { next in
                defer { next += 1 }
                return next
            }
            if number == breaksAt { throw Broken() }
            if number >= range.upperBound { return nil }
            state.withLock { $0.sent += 1 }
            return try Record(json: "{\"id\":\(number)}")
        }
    }

    func close() { state.withLock { $0.calls.append("close") } }
}

extension Record {
    /// The number of a record of ``Numbers``.
    var number: Int { self["id"].int ?? -1 }
}
