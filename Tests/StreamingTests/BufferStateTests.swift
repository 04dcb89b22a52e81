import Records
import TestSupport
import Testing

@testable import Streaming

extension BufferState {
    /// A buffer that is bounded by records alone.
    fileprivate static func of(_ capacity: Int) -> BufferState {
        BufferState(
            capacity: Load(records: capacity, bytes: .max / 4),
            elementLimit: Load(records: max(1, capacity / 2), bytes: .max / 4))
    }
}

/// A buffer's state with its answers in words.
private final class Machine {
    private typealias State = BufferState<String, Int>

    private var state: BufferState<String, Int>

    init(capacity: Int) { state = .of(capacity) }

    var fill: Int { state.queued.records }

    func offer(_ range: Range<Int>) throws -> String { try offer(.records(Items.numbered(range))) }

    func offer(_ element: StreamElement) -> String {
        var offered: StreamElement? = element
        let answer = state.offered(&offered, element.load)
        if case .full = answer, offered == nil { return "full, but taken" }
        if case .accepted = answer, offered != nil { return "accepted, but left" }
        return words(answer)
    }

    func wait(_ writer: Int, with range: Range<Int>) throws -> String {
        var element: StreamElement? = .records(try Items.numbered(range))
        let answer = state.writerWaits(
            writer, ticket: UInt64(writer), with: &element, Load(try Items.numbered(range)))
        return element == nil ? words(answer) : "element left"
    }

    func cancel(_ writer: Int) -> Int? { state.writerCancelled(ticket: UInt64(writer)) }
    func readerWaits(_ reader: String = "reader") -> Bool { state.readerWaits(reader) }
    func readerCancelled() -> String? { state.readerCancelled() }
    func finish() -> String? { state.finished() }
    func fail(_ error: any Error) -> (reader: String?, writers: [Int]) { state.failed(error) }

    func take() -> String {
        let (taken, resumed) = state.taken()
        return words(taken) + (resumed.isEmpty ? "" : ", resumes \(resumed)")
    }

    private func words(_ offer: State.Offer) -> String {
        switch offer {
        case .accepted(let reader): reader.map { "accepted, resumes \($0)" } ?? "accepted"
        case .full: "full"
        case .ended(let error): "ended: \(error)"
        }
    }

    private func words(_ taken: State.Taken) -> String {
        switch taken {
        case .element(.records(let run)): "\(Items.numbers(run))"
        case .element(.control(.tick)): "tick"
        case .element(.control(.batchEnd)): "batch end"
        case .element(.control(.failures(let failures))): "\(failures.count) failures"
        case .element(.control): "control"
        case .end: "end"
        case .failed(let error): "failed: \(error)"
        case .wait: "wait"
        }
    }
}

@Suite("The decisions of a buffer")
struct BufferStateTests {
    @Test("an element that fits is moved into the queue and wakes the reader once")
    func acceptance() throws {
        let machine = Machine(capacity: 4)
        #expect(machine.take() == "wait")
        #expect(machine.readerWaits())
        #expect(try machine.offer(0..<2) == "accepted, resumes reader")
        #expect(try machine.offer(2..<3) == "accepted")
        #expect(machine.fill == 3)
    }

    @Test("queued and in the reader's hands together never exceed the capacity")
    func capacity() throws {
        let machine = Machine(capacity: 4)
        #expect(try machine.offer(0..<2) == "accepted")
        #expect(try machine.offer(2..<4) == "accepted")
        #expect(try machine.offer(4..<5) == "full")
        #expect(machine.take() == "[0, 1]")
        #expect(try machine.offer(4..<5) == "full", "the reader still works on two")
        #expect(machine.take() == "[2, 3]")
        #expect(try machine.offer(4..<5) == "accepted")
    }

    @Test("small runs are joined up to half the capacity")
    func joining() throws {
        let machine = Machine(capacity: 6)
        for number in 0..<5 { #expect(try machine.offer(number..<number + 1) == "accepted") }
        #expect(machine.take() == "[0, 1, 2]")
        #expect(machine.take() == "[3, 4]")
    }

    @Test(
        "a waiting element comes in with the reader, first come, first served, and its writer is resumed then"
    )
    func waitingWriters() throws {
        let machine = Machine(capacity: 2)
        #expect(try machine.offer(0..<1) == "accepted")
        #expect(try machine.offer(1..<2) == "accepted")
        #expect(try machine.wait(7, with: 2..<3) == "full")
        #expect(try machine.wait(8, with: 3..<4) == "full")
        #expect(machine.take() == "[0]")
        #expect(machine.take() == "[1], resumes [7]")
        #expect(try machine.offer(4..<5) == "full", "nobody overtakes the one that waits")
        #expect(machine.take() == "[2], resumes [8]")
        #expect(machine.take() == "[3]")
        #expect(machine.take() == "wait")
    }

    @Test("a small element does not slip past a large one that waits")
    func noOvertaking() throws {
        let machine = Machine(capacity: 4)
        #expect(try machine.offer(0..<2) == "accepted")
        #expect(try machine.offer(2..<3) == "accepted")
        #expect(try machine.wait(1, with: 3..<5) == "full")
        #expect(try machine.offer(5..<6) == "full")
        #expect(machine.take() == "[0, 1]")
        #expect(machine.take() == "[2], resumes [1]")
    }

    @Test("the reader never finds nothing while a writer waits")
    func roomFirst() throws {
        let machine = Machine(capacity: 2)
        #expect(try machine.offer(0..<1) == "accepted")
        #expect(machine.take() == "[0]")
        #expect(try machine.offer(1..<2) == "accepted")
        #expect(try machine.wait(1, with: 2..<3) == "full")
        #expect(machine.take() == "[1], resumes [1]")
        #expect(machine.take() == "[2]")
    }

    @Test("a writer that finds room on second sight does not wait")
    func roomMeanwhile() throws {
        let machine = Machine(capacity: 2)
        #expect(machine.take() == "wait")
        #expect(machine.readerWaits())
        #expect(try machine.wait(1, with: 0..<1) == "accepted, resumes reader")
        #expect(try machine.wait(2, with: 1..<2) == "accepted")
        #expect(machine.cancel(1) == nil)
    }

    @Test("a cancelled writer takes its element along; those behind it are not held up")
    func writerCancelled() throws {
        let machine = Machine(capacity: 2)
        #expect(try machine.offer(0..<1) == "accepted")
        #expect(try machine.offer(1..<2) == "accepted")
        #expect(try machine.wait(1, with: 2..<3) == "full")
        #expect(try machine.wait(2, with: 3..<4) == "full")
        #expect(machine.cancel(1) == 1)
        #expect(machine.cancel(1) == nil)
        #expect(machine.take() == "[0]")
        #expect(machine.take() == "[1], resumes [2]")
        #expect(machine.take() == "[3]")
    }

    @Test("controls take no room and keep their place; one tick at a time is queued")
    func controls() throws {
        let machine = Machine(capacity: 2)
        #expect(try machine.offer(0..<1) == "accepted")
        for control in [Control.batchEnd, .tick, .tick] {
            #expect(machine.offer(.control(control)) == "accepted")
        }
        #expect(try machine.offer(1..<2) == "accepted")
        #expect(machine.offer(.control(.batchEnd)) == "accepted")
        #expect(machine.fill == 2)
        #expect((0..<5).map { _ in machine.take() } == ["[0]", "batch end", "tick", "[1]", "batch end"])
        #expect(machine.offer(.control(.tick)) == "accepted")
        #expect(machine.take() == "tick")
    }

    @Test("failed records take the room of records")
    func failures() throws {
        let failure = RecordFailure(record: try Items.numbered(0..<1)[0], stage: "s", message: "m", time: 0)
        let element = StreamElement.control(.failures([failure]))
        let machine = Machine(capacity: 2)
        #expect(machine.offer(element) == "accepted")
        #expect(machine.offer(element) == "accepted")
        #expect(machine.offer(element) == "full")
        #expect(machine.take() == "1 failures")
        #expect(machine.offer(element) == "full")
        #expect(machine.take() == "1 failures")
        #expect(machine.offer(element) == "accepted")
    }

    @Test("after the end the rest is read, and nothing can be written")
    func finishing() throws {
        let machine = Machine(capacity: 4)
        #expect(try machine.offer(0..<1) == "accepted")
        #expect(machine.finish() == nil)
        #expect(try machine.offer(1..<2) == "ended: finished")
        #expect(machine.take() == "[0]")
        #expect(machine.take() == "end")
        #expect(!machine.readerWaits())
    }

    @Test("the end wakes a reader that waits")
    func finishingWhileReading() {
        let machine = Machine(capacity: 1)
        #expect(machine.take() == "wait")
        #expect(machine.readerWaits())
        #expect(machine.finish() == "reader")
        #expect(machine.take() == "end")
    }

    @Test("a failure drops the queue and resumes everybody, once")
    func failing() throws {
        let machine = Machine(capacity: 1)
        #expect(try machine.offer(0..<1) == "accepted")
        #expect(try machine.wait(1, with: 1..<2) == "full")
        let first = machine.fail(Broken("first"))
        #expect(first.reader == nil)
        #expect(first.writers == [1])
        #expect(machine.fail(Broken("second")).writers.isEmpty)
        #expect(machine.take() == "failed: first")
        #expect(try machine.offer(0..<1) == "ended: first")
        #expect(machine.fill == 0)
        #expect(!machine.readerWaits())
    }

    @Test("a reader whose task is cancelled is given back, once")
    func readerCancelled() {
        let machine = Machine(capacity: 1)
        #expect(machine.readerWaits())
        #expect(machine.readerCancelled() == "reader")
        #expect(machine.readerCancelled() == nil)
    }

    @Test(
        "whatever the interleaving: order kept, nothing lost or doubled, the capacity obeyed, nobody forgotten",
        arguments: 0..<100)
    func interleavings(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 1...12, using: &generator)
        var state = BufferState<String, Int>.of(capacity)
        let writers = Int.random(in: 1...4, using: &generator)
        var next = Array(repeating: 0, count: writers)
        var cancelled: Set<Int> = []
        var waiting: [Int: (ticket: UInt64, numbers: [Int])] = [:]
        var accepted: [Int] = []
        var inHands = 0
        var ticket: UInt64 = 0
        var read: [Int] = []

        func take() {
            let (taken, resumed) = state.taken()
            for writer in resumed { accepted += waiting.removeValue(forKey: writer)?.numbers ?? [] }
            inHands = 0
            if case .element(.records(let run)) = taken {
                read += Items.numbers(run)
                inHands = run.count
            } else if !waiting.isEmpty {
                Issue.record("writers wait while the reader finds nothing")
            }
        }

        for _ in 0..<400 {
            let writer = Int.random(in: 0..<writers, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4 where waiting[writer] == nil:
                let count = Int.random(in: 1...state.elementLimit.records, using: &generator)
                // A number says who wrote it and as which one.
                let numbers = (0..<count).map { writer * 1_000_000 + next[writer] + $0 }
                next[writer] += count
                var element: StreamElement? = .records(
                    try Items.numbered(numbers[0]..<numbers[0] + count))
                ticket += 1
                let load = element?.load ?? .none
                switch state.writerWaits(writer, ticket: ticket, with: &element, load) {
                case .accepted: accepted += numbers
                case .full: waiting[writer] = (ticket, numbers)
                case .ended: Issue.record("nothing has ended")
                }
            case 4:
                if let (ticket, numbers) = waiting.removeValue(forKey: writer) {
                    let given = state.writerCancelled(ticket: ticket)
                    #expect(given == writer)
                    cancelled.formUnion(numbers)
                }
            case 5..<9: take()
            default: break
            }
            #expect(state.queued.records + inHands <= capacity)
        }
        while state.queued.records > 0 || !waiting.isEmpty { take() }
        #expect(Set(read) == Set(accepted))
        #expect(read.count == accepted.count)
        for writer in 0..<writers {
            let numbers = read.filter { $0 / 1_000_000 == writer }.map { $0 % 1_000_000 }
            let expected = (0..<next[writer]).filter { !cancelled.contains(writer * 1_000_000 + $0) }
            #expect(numbers == expected)
        }
    }
}
