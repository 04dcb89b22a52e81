import TestSupport
import Testing

@testable import FeedSpine

private struct Broken: Error {}

private typealias State = BatchState<Int, Broken, Int, String>

/// The state with its answers in words; a batch leaves 10 after its first element.
private final class Machine {
    private var state: State
    var now = 0

    init(size: Int) { state = State(size: size) }

    func arrive(_ number: Int) -> String {
        let (arrival, resumed) = state.arrived(number, due: now + 10)
        return "\(arrival)" + words(resumed)
    }

    func ask() -> String {
        let (asked, resumed) = state.asked()
        switch asked {
        case .batch(let batch): return "\(batch)" + words(resumed)
        case .end(let failure): return (failure == nil ? "end" : "failure") + words(resumed)
        case .wait: return "wait" + words(resumed)
        }
    }

    func look() -> String {
        let (timing, resumed) = state.timing(at: now)
        switch timing {
        case .sleep(let due): return "sleep until \(due)" + words(resumed)
        case .wait: return "wait" + words(resumed)
        case .end: return "end" + words(resumed)
        }
    }

    func finish(_ failure: Broken? = nil) -> [String] { state.finished(failure) }
    func abandon() -> [String] { state.abandoned() }
    func pumpWaits() -> Bool { state.pumpWaits("pump") }
    func timerWaits() -> Bool { state.timerWaits("timer") }
    func readerWaits() -> Bool { state.readerWaits("reader") }
    func readerCancelled() -> String? { state.readerCancelled() }

    private func words(_ resumed: [String]) -> String {
        resumed.isEmpty ? "" : ", resumes \(resumed.joined(separator: " and "))"
    }
}

@Suite("The decisions of batches")
struct BatchStateTests {
    @Test("a full batch wakes the reader and leaves")
    func full() {
        let machine = Machine(size: 2)
        #expect(machine.ask() == "wait")
        #expect(machine.readerWaits())
        #expect(machine.arrive(1) == "taken")
        #expect(machine.arrive(2) == "taken, resumes reader")
        #expect(!machine.readerWaits())
        #expect(machine.ask() == "[1, 2]")
        #expect(machine.ask() == "wait")
    }

    @Test("while a full batch has not been fetched, the pump waits")
    func backpressure() {
        let machine = Machine(size: 1)
        #expect(!machine.pumpWaits())
        #expect(machine.arrive(1) == "taken")
        #expect(machine.arrive(2) == "full")
        #expect(machine.pumpWaits())
        #expect(machine.ask() == "[1], resumes pump")
        #expect(machine.arrive(2) == "taken")
    }

    @Test("a batch leaves when the time since its first element has passed")
    func due() {
        let machine = Machine(size: 3)
        #expect(machine.look() == "wait")
        #expect(machine.timerWaits())
        machine.now = 5
        #expect(machine.arrive(1) == "taken, resumes timer")
        #expect(!machine.timerWaits())
        machine.now = 7
        #expect(machine.arrive(2) == "taken")
        #expect(machine.look() == "sleep until 15")
        #expect(machine.ask() == "wait")
        #expect(machine.readerWaits())
        machine.now = 15
        #expect(machine.look() == "wait, resumes reader")
        #expect(machine.ask() == "[1, 2]")
    }

    @Test("a batch that is due and has not been fetched goes on filling")
    func overdue() {
        let machine = Machine(size: 3)
        #expect(machine.arrive(1) == "taken")
        machine.now = 10
        #expect(machine.look() == "wait")
        #expect(machine.timerWaits())
        #expect(machine.arrive(2) == "taken")
        #expect(machine.arrive(3) == "taken")
        #expect(machine.arrive(4) == "full")
        #expect(machine.ask() == "[1, 2, 3]")
        #expect(machine.arrive(4) == "taken, resumes timer")
        #expect(machine.ask() == "wait", "the time of the batch before is not its own")
    }

    @Test("a timer that wakes for a batch that has left goes on to the time of the next one")
    func oldTime() {
        let machine = Machine(size: 2)
        #expect(machine.arrive(1) == "taken")
        #expect(machine.look() == "sleep until 10")
        #expect(machine.arrive(2) == "taken")
        #expect(machine.ask() == "[1, 2]")
        machine.now = 4
        #expect(machine.arrive(3) == "taken")
        machine.now = 10
        #expect(machine.look() == "sleep until 14")
        #expect(machine.ask() == "wait")
    }

    @Test("the end sends what there is, then the failure, once")
    func failure() {
        let machine = Machine(size: 3)
        #expect(machine.arrive(1) == "taken")
        #expect(machine.readerWaits())
        #expect(machine.finish(Broken()) == ["reader"])
        #expect(machine.finish() == [])
        #expect(machine.look() == "end")
        #expect(!machine.timerWaits())
        #expect(machine.ask() == "[1]")
        #expect(machine.ask() == "failure")
        #expect(machine.ask() == "end")
        #expect(!machine.readerWaits())
    }

    @Test("the end wakes the timer that waits")
    func endOfTimer() {
        let machine = Machine(size: 3)
        #expect(machine.timerWaits())
        #expect(machine.finish() == ["timer"])
        #expect(machine.ask() == "end")
    }

    @Test("when the reader leaves, everybody is resumed and nothing is taken any more")
    func abandonment() {
        let machine = Machine(size: 1)
        #expect(machine.timerWaits())
        #expect(machine.arrive(1) == "taken, resumes timer")
        #expect(machine.pumpWaits())
        #expect(machine.abandon() == ["pump"])
        #expect(machine.arrive(2) == "abandoned")
        #expect(!machine.pumpWaits())
        #expect(machine.look() == "end")
        #expect(machine.ask() == "end")
    }

    @Test("a reader whose task is cancelled is given back, once, and no element is lost")
    func readerCancelled() {
        let machine = Machine(size: 1)
        #expect(machine.readerWaits())
        #expect(machine.readerCancelled() == "reader")
        #expect(machine.readerCancelled() == nil)
        #expect(machine.arrive(1) == "taken")
        #expect(machine.ask() == "[1]")
    }

    @Test(
        "whatever the interleaving: all elements in order, no batch empty, too large or late",
        arguments: 0..<200)
    func interleavings(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let size = Int.random(in: 1...6, using: &generator)
        var state = State(size: size)
        var now = 0
        var sent = 0
        var arrivals: [Int] = []
        var read: [Int] = []
        var isReaderWaiting = false

        func ask() {
            isReaderWaiting = false
            switch state.asked().0 {
            case .batch(let batch):
                #expect(!batch.isEmpty && batch.count <= size)
                #expect(batch.count == size || now >= arrivals[batch[0]] + 10)
                read += batch
            case .wait: isReaderWaiting = state.readerWaits("reader")
            case .end: Issue.record("nothing has ended")
            }
        }

        for _ in 0..<300 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let (arrival, resumed) = state.arrived(sent, due: now + 10)
                if arrival == .taken {
                    arrivals.append(now)
                    sent += 1
                }
                if resumed.contains("reader") { ask() }
            case 1:
                now += Int.random(in: 0...6, using: &generator)
                // A timer that is as exact as can be: nobody waits for a batch that is due.
                let (timing, resumed) = state.timing(at: now)
                if case .sleep(let due) = timing { #expect(due > now) }
                if resumed.contains("reader") { ask() }
                if isReaderWaiting, sent > read.count { #expect(now < arrivals[read.count] + 10) }
            default: if !isReaderWaiting { ask() }
            }
            #expect(sent - read.count <= size)
        }
        _ = state.finished(nil)
        if case .batch(let rest) = state.asked().0 { read += rest }
        #expect(read == Array(0..<sent))
    }
}
