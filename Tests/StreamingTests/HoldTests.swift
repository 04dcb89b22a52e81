import Records
import Testing

@testable import Streaming

@Suite("Records that a stage holds")
struct HoldTests {
    @Test("a record that has left is not kept in memory")
    func letsGo() throws {
        var hold = Hold()
        hold.append(try Items.numbered(0..<10))
        weak let first = hold[0].chunk
        weak let second = hold[1].chunk
        #expect(first != nil)
        _ = hold.take(1)
        #expect(first == nil)
        #expect(second != nil)
        #expect(hold.count == 9)
    }

    @Test("records are taken up to a number of bytes, one at least")
    func takesFewBytes() throws {
        var hold = Hold()
        hold.append(try Items.numbered(0..<10))
        let size = hold[0].memorySize
        var taken = hold.take(Load(records: 10, bytes: size * 3))
        #expect(Items.numbers(taken) == [0, 1, 2])
        taken = hold.take(Load(records: 2, bytes: size * 3))
        #expect(Items.numbers(taken) == [3, 4])
        taken = hold.take(Load(records: 10, bytes: 1))
        #expect(Items.numbers(taken) == [5])
        #expect(hold.count == 4)
    }

    @Test("each record is stored once, however many checkpoints go by")
    func storesOnce() throws {
        var hold = Hold()
        hold.append(try Items.numbered(0..<3))
        let first = hold.change()
        #expect(first?.added.map(\.json) == [#"{"n":0}"#, #"{"n":1}"#, #"{"n":2}"#])
        var nothing = hold.change()
        #expect(nothing == nil)
        _ = hold.take(2)
        hold.append(try Items.numbered(3..<4))
        let second = hold.change()
        let change = try #require(second)
        #expect(change.first == 2)
        #expect(change.added.map(\.number) == [3])
        nothing = hold.change()
        #expect(nothing == nil)
    }
}
