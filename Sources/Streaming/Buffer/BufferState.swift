import Records

/// The decisions of an ``AsyncBuffer``: who may go on, who waits. It holds no lock and resumes nobody.
///
/// Each transition is named for its event and returns what the caller has to do. `Reader` and `Writer` are what
/// the caller resumes later; here they are only kept.
struct BufferState<Reader, Writer> {
    /// What the reader is given.
    enum Taken {
        case element(StreamElement)
        case end
        case failed(any Error)
        case wait
    }

    /// Whom the caller has to resume.
    struct Wake {
        var reader: Reader?
        var writer: Writer?

        static var nobody: Wake { Wake(reader: nil, writer: nil) }
    }

    private enum End {
        case open, finished
        case failed(any Error)
    }

    let capacity: Int
    private var records: [Record] = []
    /// Controls with the number of queued records that go before each.
    private var controls: [(before: Int, control: Control)] = []
    /// Records that the reader took last and still works on.
    private var inHands = 0
    private var reader: Reader?
    private var writers: [(ticket: UInt64, writer: Writer)] = []
    private var end = End.open

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    /// Records in the queue, not those in the reader's hands.
    var fill: Int { records.count }

    // MARK: Writing

    /// A writer offers records; as many as fit are moved into the queue, the others stay in `offered`.
    mutating func offered(_ offered: inout [Record]) throws -> Wake {
        try throwIfEnded()
        let room = capacity - records.count - inHands
        guard room > 0 else { return .nobody }
        if offered.count <= room {
            if records.isEmpty {
                swap(&records, &offered)
            } else {
                records.append(contentsOf: offered)
                offered.removeAll()
            }
        } else {
            records.append(contentsOf: offered.prefix(room))
            offered.removeFirst(room)
        }
        return wakeReader()
    }

    /// A writer appends a control; controls take no room.
    mutating func appended(_ control: Control) throws -> Wake {
        try throwIfEnded()
        controls.append((records.count, control))
        return wakeReader()
    }

    /// A writer whose records did not all fit asks to be resumed when there is room.
    ///
    /// - Parameter first: true for a writer that was resumed before, so that newcomers do not overtake it.
    /// - Returns: false when there is room already, or nothing to wait for, and the writer should offer again.
    mutating func writerWaits(_ writer: Writer, ticket: UInt64, first: Bool) -> Bool {
        guard case .open = end, records.count + inHands >= capacity else { return false }
        if first {
            writers.insert((ticket, writer), at: 0)
        } else {
            writers.append((ticket, writer))
        }
        return true
    }

    /// A waiting writer's task was cancelled.
    mutating func writerCancelled(ticket: UInt64) -> Writer? {
        guard let index = writers.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return writers.remove(at: index).writer
    }

    /// No more will be written; the reader still gets what is queued.
    mutating func finished() -> Wake {
        if case .open = end { end = .finished }
        return wakeReader()
    }

    // MARK: Reading

    /// The reader comes back for more, which also gives back the room of what it took before.
    mutating func taken() -> (Taken, Wake) {
        inHands = 0
        if case .failed(let error) = end { return (.failed(error), .nobody) }
        if let first = controls.first, first.before == 0 {
            controls.removeFirst()
            return (.element(.control(first.control)), wakeWriter())
        }
        guard !records.isEmpty else {
            if case .finished = end { return (.end, .nobody) }
            return (.wait, wakeWriter())
        }
        let run = takeRun(upTo: min(controls.first?.before ?? .max, max(1, capacity / 2)))
        inHands = run.count
        for index in controls.indices { controls[index].before -= run.count }
        return (.element(.records(run)), wakeWriter())
    }

    /// The reader found nothing and asks to be resumed.
    mutating func readerWaits(_ waiting: Reader) -> Bool {
        guard case .open = end, records.isEmpty, controls.isEmpty else { return false }
        reader = waiting
        return true
    }

    mutating func readerCancelled() -> Reader? { reader.take() }

    /// Ends both sides at once: what is queued is dropped, writers and the reader get the error.
    mutating func failed(_ error: any Error) -> (reader: Reader?, writers: [Writer]) {
        if case .failed = end { return (nil, []) }
        end = .failed(error)
        records.removeAll()
        controls.removeAll()
        defer { writers.removeAll() }
        return (reader.take(), writers.map(\.writer))
    }

    // MARK: Parts

    private mutating func takeRun(upTo limit: Int) -> [Record] {
        var run: [Record] = []
        if records.count <= limit {
            swap(&run, &records)
        } else {
            run = Array(records.prefix(limit))
            records.removeFirst(limit)
        }
        return run
    }

    private func throwIfEnded() throws {
        switch end {
        case .open: return
        case .finished: throw BufferError.finished
        case .failed(let error): throw error
        }
    }

    private mutating func wakeReader() -> Wake { Wake(reader: reader.take(), writer: nil) }

    private mutating func wakeWriter() -> Wake {
        guard !writers.isEmpty, records.count + inHands < capacity else { return .nobody }
        return Wake(reader: nil, writer: writers.removeFirst().writer)
    }
}

/// A misuse of a buffer.
enum BufferError: Error {
    /// Something was written after `finish()`.
    case finished
}
