import TestSupport
import Testing

@testable import Streaming

@Suite("Keys on their way into the history")
struct KeyLedgerTests {
    private let ledger = KeyLedger()

    private func key(_ number: UInt64, time: Int64) -> DedupKey {
        DedupKey(high: number &* 0x9E37_79B9_7F4A_7C15, low: number, seen: .init(time: time))
    }

    private func judge(_ number: UInt64, time: Int64) throws -> KeyLedger.Verdict {
        let keys = [key(number, time: time)]
        return ledger.judge(
            keys, seen: try ledger.lastSeen(keys, in: MemoryStore()), now: time, history: 100)[0]
    }

    @Test("one that is admitted anew behind a marker does not go with it: its record may be lost yet")
    func admittedAnew() throws {
        #expect(try judge(1, time: 10) == .admitted)
        ledger.pass(marker: 1)
        ledger.takeBack(key(1, time: 10))
        #expect(try judge(1, time: 11) == .admitted)
        let first = ledger.settle(marker: 1)
        #expect(first.added.isEmpty && first.removed.map(\.low) == [1])
        ledger.committed(marker: 1)
        #expect(try judge(1, time: 12) == .duplicate)
        ledger.pass(marker: 2)
        let second = ledger.settle(marker: 2)
        #expect(second.added.map(\.seen.time) == [12] && second.removed.isEmpty)
        ledger.committed(marker: 2)
        ledger.pass(marker: 3)
        let third = ledger.settle(marker: 3)
        #expect(third.added.isEmpty && third.removed.isEmpty)
    }

    @Test("one that is admitted anew because it was not seen for long goes with a marker as it was before it")
    func admittedAfterLong() throws {
        #expect(try judge(1, time: 10) == .admitted)
        ledger.pass(marker: 1)
        #expect(try judge(1, time: 500) == .admitted)
        ledger.pass(marker: 2)
        #expect(try judge(1, time: 900) == .admitted)
        #expect(ledger.settle(marker: 1).added.map(\.seen.time) == [10])
        ledger.committed(marker: 1)
        #expect(ledger.settle(marker: 2).added.map(\.seen.time) == [500])
        ledger.committed(marker: 2)
        ledger.pass(marker: 3)
        #expect(ledger.settle(marker: 3).added.map(\.seen.time) == [900])
    }

    @Test("one that fails after a marker went by is taken out of what goes with it")
    func failsLater() throws {
        #expect(try judge(1, time: 10) == .admitted)
        #expect(try judge(2, time: 10) == .admitted)
        ledger.pass(marker: 1)
        ledger.takeBack(key(1, time: 10))
        let settled = ledger.settle(marker: 1)
        #expect(settled.added.map(\.low) == [2] && settled.removed.map(\.low) == [1])
        #expect(ledger.isReturned(key(1, time: 10)) && !ledger.isReturned(key(2, time: 10)))
    }

    @Test("a marker that is not asked for goes with the next")
    func notAskedFor() throws {
        for number in 1..<4 as Range<UInt64> {
            #expect(try judge(number, time: 10) == .admitted)
            ledger.pass(marker: number * 10)
        }
        #expect(ledger.settle(marker: 9).added.isEmpty)
        #expect(ledger.settle(marker: 25).added.map(\.low).sorted() == [1, 2])
        ledger.committed(marker: 25)
        #expect(ledger.settle(marker: 30).added.map(\.low) == [3])
        ledger.committed(marker: 30)
        #expect(try judge(1, time: 11) == .admitted, "it is the store's to know it now")
    }

    private struct Promise {
        let marker: UInt64
        var keys: [UInt64: Int64]
        /// Keys of records that failed when the history had them already.
        var open: Set<UInt64> = []
    }

    @Test(
        "after a death at any marker, what was admitted before it is known and nothing else",
        arguments: 0..<60 as Range<UInt64>)
    func agreesWithWhatWasBefore(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var time: Int64 = 10
        var now: [UInt64: Int64] = [:]
        /// What the history must hold once a marker's checkpoint is stored.
        var promised: [Promise] = []
        /// The step in which the record came that was let through last.
        var admitted: [UInt64: UInt64] = [:]
        let store = MemoryStore()
        for step in 1..<400 as Range<UInt64> {
            time += Int64.random(in: 0..<9, using: &random)
            let number = UInt64.random(in: 0..<12, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let keys = [key(number, time: time)]
                let verdict = ledger.judge(
                    keys, seen: try ledger.lastSeen(keys, in: store), now: time, history: 60)[0]
                let isKnown = now[number].map { time - $0 <= 60 } ?? false
                #expect((verdict == .admitted) == !isKnown)
                if verdict == .admitted { admitted[number] = step }
                if verdict == .admitted || now[number].map({ time > $0 }) == true { now[number] = time }
            case 6:
                if now[number] != nil {
                    ledger.takeBack(key(number, time: time))
                    now[number] = nil
                    let isStored = store.lastSeen([key(number, time: 0)])[0] != nil
                    for index in promised.indices {
                        if isStored {
                            // It goes from there with the next marker.
                            promised[index].open.insert(number)
                        } else if promised[index].marker > admitted[number] ?? 0 {
                            promised[index].keys[number] = nil
                        }
                    }
                }
            case 7, 8:
                ledger.pass(marker: step)
                promised.append(Promise(marker: step, keys: now))
            default:
                guard let next = promised.randomElement(using: &random) else { continue }
                let (added, removed) = ledger.settle(marker: next.marker)
                var checkpoint = Checkpoint()
                (checkpoint.keys, checkpoint.removedKeys) = (added, removed)
                store.commit(checkpoint)
                ledger.committed(marker: next.marker)
                let known = store.lastSeen((0..<12).map { key($0, time: 0) })
                for number in 0..<12 as Range<UInt64> where !next.open.contains(number) {
                    let (stored, expected) = (known[Int(number)]?.time, next.keys[number])
                    #expect((stored == nil) == (expected == nil), "key \(number)")
                    // Later sightings of a record that is known may go with a marker, too.
                    if let stored, let expected { #expect(stored >= expected) }
                }
                promised.removeAll { $0.marker <= next.marker }
            }
        }
    }
}
