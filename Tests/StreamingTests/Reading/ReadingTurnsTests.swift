import TestSupport
import Testing

@testable import Streaming

@Suite("Whose reading may begin")
struct ReadingTurnsTests {
    private let notes = (0..<10).map { _ in ReadingNotes() }

    private func turns(places: Int, waiting: Int) -> ReadingTurns {
        var turns = ReadingTurns(
            ReadingTurns.Rule(places: places, patience: .milliseconds(100), longestTurn: .seconds(1)))
        for id in 0..<waiting { turns.wants(id, notes[id]) }
        return turns
    }

    private func begun(_ turns: inout ReadingTurns, at now: Duration) -> [Int] {
        var begun: [Int] = []
        while let (id, _) = turns.next(at: now) { begun.append(id) }
        return begun
    }

    @Test func asManyBeginAsThereArePlacesInTheOrderThatTheyCame() {
        var turns = turns(places: 2, waiting: 5)
        #expect(begun(&turns, at: .zero) == [0, 1])
        turns.ended(1)
        #expect(begun(&turns, at: .zero) == [2])
        turns.ended(0)
        turns.ended(2)
        #expect(begun(&turns, at: .zero) == [3, 4])
        #expect(turns.nextChange(at: .zero) == nil, "nobody waits")
    }

    @Test func whoHasNothingToSendTakesNoPlace() {
        var turns = turns(places: 2, waiting: 5)
        #expect(begun(&turns, at: .zero) == [0, 1])
        notes[1].endSending(at: .milliseconds(60))
        #expect(turns.nextChange(at: .milliseconds(60)) == .milliseconds(100))
        #expect(begun(&turns, at: .milliseconds(99)).isEmpty)
        #expect(begun(&turns, at: .milliseconds(100)) == [2])
        #expect(begun(&turns, at: .milliseconds(160)) == [3])
    }

    @Test func whoseBytesComeAgainTakesAPlaceAgain() {
        var turns = turns(places: 1, waiting: 2)
        #expect(begun(&turns, at: .zero) == [0])
        notes[0].endSending(at: .milliseconds(300))
        #expect(begun(&turns, at: .milliseconds(350)).isEmpty)
        #expect(begun(&turns, at: .milliseconds(400)) == [1])
    }

    @Test func whoWaitsForTheConsumerKeepsThePlaceButNotForLong() {
        var turns = turns(places: 1, waiting: 2)
        #expect(begun(&turns, at: .zero) == [0])
        notes[0].beginSending()
        #expect(begun(&turns, at: .milliseconds(999)).isEmpty)
        #expect(turns.nextChange(at: .milliseconds(999)) == .seconds(1))
        #expect(begun(&turns, at: .seconds(1)) == [1])
    }

    @Test func nobodyBeginsWhoWasForgotten() {
        var turns = turns(places: 1, waiting: 5)
        #expect(begun(&turns, at: .zero) == [0])
        turns.forgetWaiting()
        turns.ended(0)
        #expect(begun(&turns, at: .seconds(9)).isEmpty)
        #expect(turns.head == nil)
    }
}

@Suite("Lanes of those that wait to be read")
struct ReadingQueueTests {
    private func begun(_ queue: inout ReadingQueue, at now: Duration) -> [Int] {
        var begun: [Int] = []
        while let id = queue.next(at: now, where: { _ in true }) { begun.append(id) }
        return begun
    }

    @Test func aServerThatHasMuchIsAskedForLittleAtATimeAndOthersGoPast() {
        var queue = ReadingQueue(places: 100, mostOpen: 100)
        for id in 0..<20 { queue.wants(id, ReadingNotes(), lane: "slow") }
        queue.wants(20, ReadingNotes(), lane: "other")
        queue.wants(21, ReadingNotes(), lane: nil)
        #expect(Set(begun(&queue, at: .zero)) == [0, 1, 2, 3, 4, 5, 20, 21])
        queue.ended(3, lane: "slow")
        #expect(begun(&queue, at: .zero) == [6])
        #expect(queue.nextChange(at: .zero) == .milliseconds(500))
        #expect(begun(&queue, at: .milliseconds(500)) == [7, 8, 9, 10, 11, 12], "the first six hang")
        #expect(!queue.isEmpty)
    }

    @Test func noMoreAreUnderWayThanMayBe() {
        var queue = ReadingQueue(places: 100, mostOpen: 3)
        for id in 0..<6 { queue.wants(id, ReadingNotes(), lane: id % 2 == 0 ? "even" : nil) }
        let first = begun(&queue, at: .zero)
        #expect(first.count == 3)
        #expect(begun(&queue, at: .seconds(60)).isEmpty)
        for id in first { queue.ended(id, lane: id % 2 == 0 ? "even" : nil) }
        #expect(begun(&queue, at: .seconds(60)).count == 3)
        #expect(queue.isEmpty)
    }
}

@Suite("What is due when")
struct DueTimesTests {
    @Test func theEarliestComesFirstAndNoneBeforeItsTime() {
        var generator = SeededGenerator(seed: 7)
        for count in [0, 1, 2, 3, 50, 1000] {
            var due = DueTimes()
            let times = (0..<count).map { _ in Duration.seconds(Int.random(in: 0..<100, using: &generator)) }
            for (id, time) in times.enumerated() { due.add(id, at: time) }
            var popped: [Duration] = []
            while let first = due.first {
                let early = due.popFirst(at: first - .nanoseconds(1))
                #expect(early == nil)
                guard let (time, id) = due.popFirst(at: first) else { break }
                #expect(times[id] == time)
                popped.append(time)
            }
            #expect(popped == times.sorted())
        }
    }
}

@Suite("The rounds that all sources have together")
struct RoundCountTests {
    private func members(_ number: Int, of count: inout RoundCount) -> [RoundCount.Member] {
        (0..<number).map { _ in
            var member = RoundCount.Member()
            count.joined(&member)
            count.begins(&member)
            return member
        }
    }

    private func isOver(_ count: inout RoundCount) -> Bool { count.takesEnd() }

    @Test func aRoundIsOverWhenNobodyIsAtItAnyMore() {
        var count = RoundCount()
        var members = members(2, of: &count)
        #expect(!isOver(&count))
        count.ends(&members[0])
        #expect(!isOver(&count))
        count.ends(&members[1])
        #expect(isOver(&count))
        #expect(!isOver(&count), "nothing has happened since")
        count.begins(&members[1])
        #expect(!isOver(&count))
        count.ends(&members[1])
        #expect(isOver(&count), "the other one is not due")
    }

    @Test func aRoundIsOverWhenEachHasHadOneThoughSomebodyIsAlwaysAtIt() {
        var count = RoundCount()
        var members = members(2, of: &count)
        count.ends(&members[0])
        count.begins(&members[0])
        count.ends(&members[1])
        #expect(isOver(&count))
        count.begins(&members[1])
        count.ends(&members[0])
        count.begins(&members[0])
        #expect(!isOver(&count))
        count.left(&members[1])
        #expect(isOver(&count), "nobody waits for one that has left")
    }
}
