import Testing

@testable import Buffering

/// A buffer's state with its answers in words; elements are numbers.
private final class Machine {
    private var state: NumberState

    init(capacity: Int, weight: Int = .max, isBounded: Bool = true) {
        state = .of(capacity, weight: weight, isBounded: isBounded)
    }

    var count: Int { state.queued.count }

    func turned() -> Bool? { state.turned() }

    func offer(_ number: Int, weight: Int = 0) -> String {
        var offered: Int? = number
        let answer = state.offered(&offered, Load(count: 1, weight: weight))
        if case .accepted = answer, offered != nil { return "accepted, but left" }
        if case .full = answer, offered == nil { return "full, but taken" }
        return words(answer)
    }

    func offerSign(_ number: Int) -> String {
        var offered: Int? = number
        return words(state.offered(&offered, .none))
    }

    func wait(_ writer: Int, with number: Int, weight: Int = 0) -> String {
        var element: Int? = number
        let answer = state.writerWaits(
            writer, ticket: UInt64(writer), with: &element, Load(count: 1, weight: weight))
        if case .full = answer, element != nil { return "full, but left" }
        return words(answer)
    }

    func cancel(_ writer: Int) -> String? {
        state.writerCancelled(ticket: UInt64(writer)).map { gone in
            "\(gone.cancelled)" + (gone.reader.map { ", resumes \($0)" } ?? "") + words(gone.resuming)
        }
    }

    func readerWaits() -> Bool { state.readerWaits("reader") }
    func readerCancelled() -> String? { state.readerCancelled() }
    func finish(_ failure: Broken? = nil) -> String? { state.finished(failure) }
    func fail(_ error: any Error) -> (reader: String?, writers: [Int]) { state.failed(error) }
    func keep(_ count: Int) -> Load { state.kept(Load(count: count)) }

    func release(_ count: Int) -> String {
        let (reader, writers) = state.released(Load(count: count))
        return (reader ?? "nobody") + words(writers)
    }

    func take() -> String {
        let (taken, resumed) = state.taken()
        return words(taken) + words(resumed)
    }

    private func words(_ writers: [Int]) -> String { writers.isEmpty ? "" : ", resumes \(writers)" }

    private func words(_ offer: NumberState.Offer) -> String {
        switch offer {
        case .accepted(let reader): reader.map { "accepted, resumes \($0)" } ?? "accepted"
        case .full: "full"
        case .finished: "finished"
        case .failed(let error): "failed: \(error)"
        }
    }

    private func words(_ taken: NumberState.Taken) -> String {
        switch taken {
        case .element(let number): "\(number)"
        case .end(let failure): failure.map { "end: \($0)" } ?? "end"
        case .failed(let error): "failed: \(error)"
        case .wait: "wait"
        }
    }
}

@Suite("The decisions of a buffer")
struct BufferStateTests {
    @Test("an element that fits is moved into the queue and wakes the reader once")
    func acceptance() {
        let machine = Machine(capacity: 4)
        #expect(machine.take() == "wait")
        #expect(machine.readerWaits())
        #expect(machine.offer(1) == "accepted, resumes reader")
        #expect(machine.offer(2) == "accepted")
        #expect(machine.count == 2)
    }

    @Test("queued and in the reader's hands together never exceed the capacity")
    func capacity() {
        let machine = Machine(capacity: 2)
        #expect(machine.offer(1) == "accepted")
        #expect(machine.offer(2) == "accepted")
        #expect(machine.offer(3) == "full")
        #expect(machine.take() == "1")
        #expect(machine.offer(3) == "full", "the reader still works on one")
        #expect(machine.take() == "2")
        #expect(machine.offer(3) == "accepted")
    }

    @Test("weight bounds like the number; one element alone always passes")
    func weight() {
        let machine = Machine(capacity: 10, weight: 100)
        #expect(machine.offer(1, weight: 1000) == "accepted")
        #expect(machine.offer(2, weight: 1) == "full")
        #expect(machine.take() == "1")
        #expect(machine.offer(2, weight: 1) == "full", "the reader still works on it")
        #expect(machine.take() == "wait")
        #expect(machine.offer(2, weight: 60) == "accepted")
        #expect(machine.offer(3, weight: 41) == "full")
        #expect(machine.offer(3, weight: 40) == "accepted")
    }

    @Test("what takes no room is never refused, and keeps its place")
    func signs() {
        let machine = Machine(capacity: 1)
        #expect(machine.offer(1) == "accepted")
        #expect(machine.offerSign(2) == "accepted")
        #expect(machine.take() == "1")
        #expect(machine.take() == "2")
    }

    @Test("a buffer that somebody else bounds takes everything")
    func unbounded() {
        let machine = Machine(capacity: 1, isBounded: false)
        #expect(machine.offer(1) == "accepted")
        #expect(machine.turned() == true)
        #expect(machine.offer(2) == "accepted")
        #expect(machine.turned() == nil, "it says so once")
        #expect(machine.take() == "1")
        #expect(machine.take() == "2")
        #expect(machine.turned() == nil, "one is still worked on")
        #expect(machine.take() == "wait")
        #expect(machine.turned() == false)
    }

    @Test(
        "a waiting element comes in with the reader, first come, first served, and its writer is resumed then"
    )
    func waitingWriters() {
        let machine = Machine(capacity: 2)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.offer(1) == "accepted")
        #expect(machine.wait(7, with: 2) == "full")
        #expect(machine.wait(8, with: 3) == "full")
        #expect(machine.take() == "0")
        #expect(machine.take() == "1, resumes [7]")
        #expect(machine.offer(4) == "full", "nobody overtakes the one that waits")
        #expect(machine.take() == "2, resumes [8]")
        #expect(machine.take() == "3")
        #expect(machine.take() == "wait")
    }

    @Test("a light element does not slip past a heavy one that waits")
    func noOvertaking() {
        let machine = Machine(capacity: 9, weight: 4)
        #expect(machine.offer(1, weight: 3) == "accepted")
        #expect(machine.wait(1, with: 2, weight: 2) == "full")
        #expect(machine.offer(3, weight: 1) == "full")
        #expect(machine.take() == "1")
        #expect(machine.take() == "2, resumes [1]")
    }

    @Test("the reader never finds nothing while a writer waits")
    func roomFirst() {
        let machine = Machine(capacity: 1)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.take() == "0")
        #expect(machine.wait(1, with: 1) == "full")
        #expect(machine.take() == "1, resumes [1]")
    }

    @Test("a writer that finds room on second sight does not wait")
    func roomMeanwhile() {
        let machine = Machine(capacity: 2)
        #expect(machine.take() == "wait")
        #expect(machine.readerWaits())
        #expect(machine.wait(1, with: 0) == "accepted, resumes reader")
        #expect(machine.wait(2, with: 1) == "accepted")
        #expect(machine.cancel(1) == nil)
    }

    @Test("a cancelled writer takes its element along, once; those behind it are not held up")
    func writerCancelled() {
        let machine = Machine(capacity: 2)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.offer(1) == "accepted")
        #expect(machine.wait(1, with: 2) == "full")
        #expect(machine.wait(2, with: 3) == "full")
        #expect(machine.cancel(1) == "1")
        #expect(machine.cancel(1) == nil)
        #expect(machine.take() == "0")
        #expect(machine.take() == "1, resumes [2]")
        #expect(machine.take() == "3")
    }

    @Test("where a heavy element's writer is cancelled, lighter ones behind it come in at once")
    func heavyWriterCancelled() {
        let machine = Machine(capacity: 9, weight: 4)
        #expect(machine.offer(1, weight: 2) == "accepted")
        #expect(machine.wait(1, with: 2, weight: 3) == "full")
        #expect(machine.wait(2, with: 3, weight: 1) == "full")
        #expect(machine.wait(3, with: 4, weight: 2) == "full")
        #expect(machine.cancel(1) == "1, resumes [2]")
        #expect(machine.take() == "1")
        #expect(machine.take() == "3, resumes [3]")
    }

    @Test("the reader that waits is resumed when a cancellation lets something in past what it keeps")
    func cancelledBeforeReader() {
        let machine = Machine(capacity: 9, weight: 4)
        #expect(machine.offer(1, weight: 1) == "accepted")
        #expect(machine.take() == "1")
        #expect(machine.keep(1) == .none)
        #expect(machine.take() == "wait")
        #expect(machine.wait(1, with: 2, weight: 5) == "full")
        #expect(machine.wait(2, with: 3, weight: 1) == "full")
        #expect(machine.readerWaits())
        #expect(machine.cancel(1) == "1, resumes reader, resumes [2]")
    }

    @Test("what the reader keeps takes room until it lets go of it")
    func keeping() {
        let machine = Machine(capacity: 2)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.offer(1) == "accepted")
        #expect(machine.take() == "0")
        #expect(machine.keep(1) == .none, "it was in its hands")
        #expect(machine.take() == "1")
        #expect(machine.keep(1) == .none)
        #expect(machine.take() == "wait")
        #expect(machine.wait(7, with: 2) == "full")
        #expect(machine.readerWaits())
        #expect(machine.release(1) == "reader, resumes [7]")
        #expect(machine.take() == "2")
        #expect(machine.release(1) == "nobody")
        #expect(machine.keep(3) == Load(count: 2), "two come from elsewhere")
    }

    @Test("after the end the rest is read, what waits included, and nothing can be written")
    func finishing() {
        let machine = Machine(capacity: 1)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.wait(1, with: 1) == "full")
        #expect(machine.finish() == nil)
        #expect(machine.offer(2) == "finished")
        #expect(machine.wait(2, with: 2) == "finished")
        #expect(machine.take() == "0")
        #expect(machine.take() == "1, resumes [1]")
        #expect(machine.take() == "end")
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

    @Test("a failure of the writers comes behind the last element; the first end counts")
    func finishingWithFailure() {
        let machine = Machine(capacity: 2)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.finish(Broken("first")) == nil)
        #expect(machine.finish() == nil)
        #expect(machine.finish(Broken("second")) == nil)
        #expect(machine.offer(1) == "finished")
        #expect(machine.take() == "0")
        #expect(machine.take() == "end: first")
    }

    @Test("ending both sides drops the queue and resumes everybody, once")
    func failing() {
        let machine = Machine(capacity: 1)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.wait(1, with: 1) == "full")
        let first = machine.fail(Broken("first"))
        #expect(first.reader == nil)
        #expect(first.writers == [1])
        #expect(machine.fail(Broken("second")).writers.isEmpty)
        #expect(machine.finish(Broken("third")) == nil)
        #expect(machine.take() == "failed: first")
        #expect(machine.offer(0) == "failed: first")
        #expect(machine.count == 0)
        #expect(!machine.readerWaits())
    }

    @Test("both sides end after the writers have, too")
    func failingAfterTheEnd() {
        let machine = Machine(capacity: 2)
        #expect(machine.offer(0) == "accepted")
        #expect(machine.finish() == nil)
        _ = machine.fail(Broken("left"))
        #expect(machine.take() == "failed: left")
        #expect(machine.offer(1) == "failed: left")
    }

    @Test("a reader whose task is cancelled is given back, once")
    func readerCancelled() {
        let machine = Machine(capacity: 1)
        #expect(machine.readerWaits())
        #expect(machine.readerCancelled() == "reader")
        #expect(machine.readerCancelled() == nil)
    }
}
