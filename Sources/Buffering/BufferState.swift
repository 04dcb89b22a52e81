public import DequeModule

/// The decisions of a buffer with any number of writers and one reader: who may go on, who waits. It holds no lock and
/// resumes nobody.
///
/// Each transition is named for its event and returns what the caller has to do. `Reader` and `Writer` are what
/// the caller resumes later; here they are only kept. Elements move as a whole: one that finds no room waits
/// together with its writer, and the reader lets the waiting ones in, first come, first served. So a writer that
/// is resumed has been served, and nobody overtakes another.
///
/// The engine's buffer and the library's are made of it, each with a queue of its own. All of it can be inlined: it
/// stands under a lock that every element takes twice, and a generic one that is not specialised costs five times as
/// much.
@usableFromInline
package struct BufferState<Queue: BufferQueue, Failure: Error, Reader, Writer> {
    @usableFromInline package typealias Element = Queue.Element

    /// What became of an element that was offered.
    @frozen
    @usableFromInline
    package enum Offer {
        /// It is in the queue; the reader, if it waits, has to be resumed.
        case accepted(resuming: Reader?)
        /// There is no room, or others wait for it.
        case full
        /// The end has been said.
        case finished
        /// Both sides have been ended.
        case failed(any Error)
    }

    /// What the reader is given.
    @frozen
    @usableFromInline
    package enum Taken {
        case element(Element)
        /// Nothing more comes; with the failure that the writers ended with.
        case end(Failure?)
        /// Both sides have been ended.
        case failed(any Error)
        case wait
    }

    @usableFromInline
    struct Waiting {
        @usableFromInline let ticket: UInt64
        @usableFromInline let writer: Writer
        @usableFromInline let element: Element
        @usableFromInline let load: Load

        @inlinable
        init(ticket: UInt64, writer: Writer, element: Element, load: Load) {
            self.ticket = ticket
            self.writer = writer
            self.element = element
            self.load = load
        }
    }

    @usableFromInline
    enum End {
        case open
        case finished(Failure?)
        case failed(any Error)
    }

    @usableFromInline let capacity: Load
    /// Whether writers wait where there is no room; else somebody else sees to the bound.
    @usableFromInline let isBounded: Bool
    @usableFromInline var queue: Queue
    /// What the reader took last and still works on.
    @usableFromInline package var inHands = Load.none
    /// What the reader took earlier and has kept.
    @usableFromInline var keeping = Load.none
    @usableFromInline var wasFull = false
    @usableFromInline var reader: Reader?
    @usableFromInline var writers: Deque<Waiting> = []
    @usableFromInline var end = End.open

    /// - Parameters:
    ///   - queue: an empty one.
    ///   - capacity: at least one element.
    @inlinable
    package init(_ queue: Queue, capacity: Load, isBounded: Bool = true) {
        self.queue = queue
        self.capacity = capacity
        self.isBounded = isBounded
    }

    /// What is in the queue, without what is in the reader's hands.
    @inlinable package var queued: Load { queue.load }
    /// All that it answers for: queued, in the reader's hands, kept by it.
    @inlinable package var total: Load { queue.load + inHands + keeping }

    /// Whether it is full, where that has changed since the last call.
    @inlinable
    package mutating func turned() -> Bool? {
        let isFull = total.count >= capacity.count
        guard isFull != wasFull else { return nil }
        wasFull = isFull
        return isFull
    }
}
