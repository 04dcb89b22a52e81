/// The decisions of batches that leave full or when their time has come. It holds no lock, knows no clock and resumes
/// nobody.
///
/// Three sides meet here: the pump, which brings elements of the other sequence one after the other; the timer; and the
/// reader. Each transition is named for its event and returns what the caller has to do.
///
/// The timer is not set anew for each batch: it sleeps to the time of the batch that it knows, and looks then. So it
/// wakes at most once in a period, however many batches leave full meanwhile.
struct BatchState<Element, Failure: Error, Instant: Comparable, Waiter> {
    /// What the pump does with the element that it brought.
    enum Arrival: Equatable {
        /// It is in a batch.
        case taken
        /// The batch is full and has not been fetched; the pump waits.
        case full
        /// Nobody reads any more.
        case abandoned
    }

    enum Asked {
        case batch([Element])
        case end(Failure?)
        case wait
    }

    /// What the timer does.
    enum Timing: Equatable {
        case sleep(until: Instant)
        case wait
        case end
    }

    private enum End {
        case open
        case finished(Failure?)
        case abandoned
    }

    let size: Int
    private var batch: [Element] = []
    /// When the batch that is being filled has to leave; nil while it is empty, and when it may leave already.
    private var due: Instant?
    private var isDue = false
    private var pump: Waiter?
    private var timer: Waiter?
    private var reader: Waiter?
    private var end = End.open

    /// - Parameter size: at least 1.
    init(size: Int) { self.size = size }

    private var isReady: Bool { isDue || batch.count == size }

    // MARK: The pump

    /// The pump brings an element.
    ///
    /// - Parameters:
    ///   - due: when its batch has to leave, should it be the first of it.
    /// - Returns: what the pump does, and who has to be resumed.
    mutating func arrived(_ element: Element, due: @autoclosure () -> Instant) -> (
        Arrival, resuming: [Waiter]
    ) {
        if case .abandoned = end { return (.abandoned, []) }
        if batch.count == size { return (.full, []) }
        batch.append(element)
        var resumed: [Waiter] = []
        if batch.count == 1 {
            self.due = due()
            if let timer = timer.take() { resumed.append(timer) }
        }
        if isReady, let reader = reader.take() { resumed.append(reader) }
        return (.taken, resumed)
    }

    /// The pump asks to be resumed when there is room.
    ///
    /// - Returns: false when it should try again instead.
    mutating func pumpWaits(_ waiting: Waiter) -> Bool {
        guard case .open = end, batch.count == size else { return false }
        pump = waiting
        return true
    }

    /// The other sequence has ended; the reader gets what there is, and then the end.
    mutating func finished(_ failure: Failure?) -> [Waiter] {
        if case .open = end { end = .finished(failure) }
        return [timer.take(), reader.take()].compactMap(\.self)
    }

    // MARK: The timer

    /// The timer looks what it has to wait for.
    mutating func timing(at now: Instant) -> (Timing, resuming: [Waiter]) {
        guard case .open = end else { return (.end, []) }
        guard let due else { return (.wait, []) }
        if now < due { return (.sleep(until: due), []) }
        isDue = true
        self.due = nil
        return (.wait, [reader.take()].compactMap(\.self))
    }

    /// The timer has nothing to wait for and asks to be resumed with the next batch.
    ///
    /// - Returns: false when it should look again instead.
    mutating func timerWaits(_ waiting: Waiter) -> Bool {
        guard case .open = end, due == nil else { return false }
        timer = waiting
        return true
    }

    // MARK: The reader

    /// The reader asks for a batch.
    mutating func asked() -> (Asked, resuming: [Waiter]) {
        switch end {
        case .open where !isReady: return (.wait, [])
        case .finished(let failure) where batch.isEmpty:
            end = .finished(nil)
            return (.end(failure), [])
        case .abandoned: return (.end(nil), [])
        case .open, .finished: break
        }
        defer {
            batch = []
            isDue = false
            due = nil
        }
        return (.batch(batch), [pump.take()].compactMap(\.self))
    }

    /// The reader found nothing and asks to be resumed.
    ///
    /// - Returns: false when it should look again instead.
    mutating func readerWaits(_ waiting: Waiter) -> Bool {
        guard case .open = end, !isReady else { return false }
        reader = waiting
        return true
    }

    mutating func readerCancelled() -> Waiter? { reader.take() }

    /// Nobody reads any more: what has been collected is dropped.
    mutating func abandoned() -> [Waiter] {
        end = .abandoned
        batch = []
        return [pump.take(), timer.take(), reader.take()].compactMap(\.self)
    }
}
