import TestSupport
import Testing

@testable import Buffering

@Suite("A buffer under any interleaving")
struct InterleavingTests {
    @Test(
        "order kept, nothing lost or doubled, the capacity obeyed, nobody forgotten",
        arguments: 0..<200)
    func interleavings(seed: Int) {
        var world = Interleaving(seed: seed)
        for _ in 0..<400 { world.step() }
        world.finish()
    }
}

/// Writers and a reader that a seed moves.
private struct Interleaving {
    private var generator: SeededGenerator
    private let bound: Load
    private var state: NumberState
    private let writers: Int
    private var next: [Int]
    private var cancelled: Set<Int> = []
    private var waiting: [Int: (ticket: UInt64, number: Int)] = [:]
    private var accepted: [Int] = []
    private var weights: [Int: Int] = [:]
    private var inHands = Load.none
    private var ticket: UInt64 = 0
    private var read: [Int] = []

    init(seed: Int) {
        generator = SeededGenerator(seed: seed)
        bound = Load(
            count: Int.random(in: 1...12, using: &generator),
            weight: Int.random(in: 1...40, using: &generator))
        state = .of(bound.count, weight: bound.weight)
        writers = Int.random(in: 1...5, using: &generator)
        next = Array(repeating: 0, count: writers)
    }

    mutating func step() {
        let writer = Int.random(in: 0..<writers, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<4 where waiting[writer] == nil: write(writer)
        case 4: cancel(writer)
        case 5..<9: take()
        default: break
        }
        let held = state.queued + inHands
        #expect(held.fits(bound) || held.count == 1)
    }

    /// A number says who wrote it and as which one.
    private mutating func write(_ writer: Int) {
        let number = writer * 1_000_000 + next[writer]
        next[writer] += 1
        ticket += 1
        let weight = Int.random(in: 0...12, using: &generator)
        weights[number] = weight
        var element: Int? = number
        switch state.writerWaits(
            writer, ticket: ticket, with: &element, Load(count: 1, weight: weight))
        {
        case .accepted: accepted.append(number)
        case .full: waiting[writer] = (ticket, number)
        case .finished, .failed: Issue.record("nothing has ended")
        }
    }

    private mutating func cancel(_ writer: Int) {
        guard let (ticket, number) = waiting.removeValue(forKey: writer) else { return }
        guard let gone = state.writerCancelled(ticket: ticket) else {
            Issue.record("the writer was forgotten")
            return
        }
        #expect(gone.cancelled == writer)
        cancelled.insert(number)
        serve(gone.resuming)
    }

    private mutating func take() {
        let (taken, resumed) = state.taken()
        serve(resumed)
        inHands = .none
        if case .element(let number) = taken {
            read.append(number)
            inHands = Load(count: 1, weight: weights[number] ?? 0)
        } else if !waiting.isEmpty {
            Issue.record("writers wait while the reader finds nothing")
        }
    }

    private mutating func serve(_ resumed: [Int]) {
        for writer in resumed {
            guard let served = waiting.removeValue(forKey: writer) else {
                Issue.record("a writer was resumed that does not wait")
                continue
            }
            accepted.append(served.number)
        }
    }

    mutating func finish() {
        #expect(state.finished(Broken("end")) == nil)
        while state.queued.count > 0 || !waiting.isEmpty { take() }
        guard case .end(let failure?) = state.taken().taken else {
            Issue.record("the failure is missing behind the last element")
            return
        }
        #expect(failure.description == "end")
        #expect(read == accepted)
        for writer in 0..<writers {
            let numbers = read.filter { $0 / 1_000_000 == writer }.map { $0 % 1_000_000 }
            let expected = (0..<next[writer]).filter { !cancelled.contains(writer * 1_000_000 + $0) }
            #expect(numbers == expected)
        }
    }
}
