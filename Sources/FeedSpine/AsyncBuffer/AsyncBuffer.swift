public import Buffering
public import Synchronization

/// A bounded queue between tasks: any number of writers, one reader.
///
/// It never holds more than its capacity, the element that the reader works on included; ``put(_:)`` suspends where
/// there is no room, which is how a slow reader slows its writers down. Elements of one writer are read in the order in
/// which they were put, and writers that wait are served first come, first served.
///
/// ```swift
/// let buffer = AsyncBuffer<Int, Never>(capacity: 2)
/// async let writing: Void = {
///     for number in 1...5 { try await buffer.put(number) }
///     buffer.finish()
/// }()
/// var sum = 0
/// for await number in buffer { sum += number }
/// try await writing
/// ```
///
/// It is read once, by one task. When its iterator goes away (the loop is left, or the reading task is cancelled while it
/// waits), what is left is dropped and the writers hear of it by ``AsyncBufferError/abandoned``: none waits forever.
///
/// The second type is what reading can throw: `Never`, and `for await` is enough, or an error, that
/// ``finish(throwing:)`` passes.
public final class AsyncBuffer<Element: Sendable, Failure: Error>: AsyncSequence, Sendable {
    @usableFromInline
    typealias State = BufferState<
        PlainQueue<Element>, Failure, CheckedContinuation<Void, Never>, CheckedContinuation<Void, any Error>
    >

    @usableFromInline let weigh: (@Sendable (borrowing Element) -> Int)?
    @usableFromInline let state: Mutex<State>
    @usableFromInline let tickets = Atomic<UInt64>(0)
    @usableFromInline let isRead = Atomic<Bool>(false)

    /// A buffer that is bounded by the number of its elements.
    ///
    /// ```swift
    /// let buffer = AsyncBuffer<String, any Error>(capacity: 1000)
    /// ```
    ///
    /// - Parameter capacity: elements, at least 1.
    @inlinable
    public init(capacity: Int) {
        precondition(capacity > 0, "an AsyncBuffer holds at least one element")
        weigh = nil
        state = Mutex(State(PlainQueue(), capacity: Load(count: capacity, weight: AsyncBuffer.bounded(.max))))
    }

    /// A buffer that is bounded by the number of its elements and by what they weigh together.
    ///
    /// One element alone always finds room, however heavy it is.
    ///
    /// ```swift
    /// let buffer = AsyncBuffer<[UInt8], Never>(capacity: 1000, weight: 1 << 20) { $0.count }
    /// ```
    ///
    /// - Parameters:
    ///   - capacity: elements, at least 1.
    ///   - weight: of all elements, in the unit that `weigh` uses.
    ///   - weigh: the weight of an element, asked once when it is put; a negative one counts as 0.
    @inlinable
    public init(capacity: Int, weight: Int, weigh: @escaping @Sendable (borrowing Element) -> Int) {
        precondition(capacity > 0, "an AsyncBuffer holds at least one element")
        self.weigh = weigh
        let capacity = Load(count: capacity, weight: AsyncBuffer.bounded(weight))
        state = Mutex(State(PlainQueue(), capacity: capacity))
    }

    /// Elements that wait to be read.
    ///
    /// ```swift
    /// try await buffer.put("a")
    /// try await buffer.put("b")
    /// print(buffer.count)  // 2
    /// ```
    @inlinable public var count: Int { state.withLock { $0.queued.count } }

    @inlinable
    func load(of element: borrowing Element) -> Load {
        guard let weigh else { return Load(count: 1) }
        return Load(count: 1, weight: AsyncBuffer.bounded(weigh(element)))
    }

    /// Weights of any size can be added to each other without overflow.
    @inlinable static func bounded(_ weight: Int) -> Int { Swift.min(Swift.max(0, weight), .max / 4) }
}
