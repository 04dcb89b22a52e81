import CSQLite
import Streaming
import TestSupport
import Testing

@testable import State

/// Random checkpoints with enough keys for segments of all sizes, against a dictionary.
@Suite("The history, by seed", .timeLimit(.minutes(10)))
struct HistoryModelTests {
    /// When a key was last seen, and by which reading.
    private typealias Model = [UInt64: DedupKey.Seen]

    @Test(
        "answers what a dictionary answers, also after calls that failed and after deaths",
        arguments: 0..<8 as Range<UInt64>)
    func agreesWithADictionary(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let system = FaultyFileSystem(failure: seed % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR)
        var name = "0.db"
        func open() throws -> SQLiteState {
            try SQLiteState(path: folder.file(name), owner: nil, vfs: system.name)
        }
        var state = try open()
        var model: Model = [:]
        var time: Int64 = 1000
        let numbers = UInt64(1) << UInt64.random(in: 6..<14, using: &random)
        for step in 0..<80 {
            time += Int64.random(in: 0..<30, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                state.close()
                state = try open()
            case 1:
                try folder.copyState(name, to: "\(step).db")
                state.close()
                name = "\(step).db"
                state = try open()
            case 2, 3:
                let cutoff = time - Int64.random(in: 0..<400, using: &random)
                let isWhole = Bool.random(using: &random)
                if isWhole {
                    try state.forgetAll(before: cutoff, limit: 300)
                } else {
                    _ = try state.forget(before: cutoff, limit: 300)
                }
                model = model.filter { $0.value.time >= cutoff }
            default:
                var checkpoint = Checkpoint()
                for _ in 0..<Int.random(in: 0..<5, using: &random) {
                    checkpoint.removedKeys.append(
                        .numbered(.random(in: 0..<numbers, using: &random), time: time))
                }
                let first = UInt64.random(in: 0..<numbers, using: &random)
                let count = UInt64(1) << UInt64.random(in: 0..<12, using: &random)
                for number in first..<min(numbers, first + count)
                where Int.random(in: 0..<4, using: &random) > 0 {
                    checkpoint.keys.append(.numbered(number, time: time - (number % 3 == 0 ? 1 : 0)))
                }
                let fails = Int.random(in: 0..<6, using: &random) == 0
                if fails { system.fail(after: Int.random(in: 0..<60, using: &random)) }
                var isStored = false
                do {
                    try state.commit(checkpoint)
                    isStored = true
                } catch let error as StateError {
                    #expect(fails, "\(error)")
                }
                system.recover()
                // A log may keep what could not be synced until something else takes its place.
                if fails { try state.commit(Checkpoint()) }
                if isStored { HistoryModelTests.take(checkpoint, into: &model, numbers) }
            }
            if step % 4 == 0 { try HistoryModelTests.compare(state, model, numbers) }
        }
        state.close()
        state = try open()
        try HistoryModelTests.compare(state, model, numbers)
        try state.forgetAll(before: time + 1, limit: 1000)
        try HistoryModelTests.compare(state, [:], numbers)
        state.close()
        let connection = try Connection(path: folder.file(name), flags: SQLITE_OPEN_READONLY, vfs: nil)
        for table in ["key_segment", "key_page", "key_range"] {
            let statement = try connection.statement("SELECT 1 FROM \(table)")
            #expect(try !statement.step(), "\(table) has something left")
            statement.reset()
        }
    }

    private static func take(_ checkpoint: Checkpoint, into model: inout Model, _ numbers: UInt64) {
        // By the key's high word; see `numbered`.
        let inverse: UInt64 = 0xF1DE_83E1_9937_733D
        for key in checkpoint.removedKeys { model[key.high &* inverse] = nil }
        for key in checkpoint.keys {
            let number = key.high &* inverse
            if let known = model[number], known.time > key.seen.time { continue }
            model[number] = key.seen
        }
    }

    private static func compare(_ state: SQLiteState, _ model: Model, _ numbers: UInt64) throws {
        let seen = try state.lastSeen((0..<numbers).map { .numbered($0, time: 0) })
        let differing = (0..<numbers).first { seen[Int($0)] != model[$0] }
        #expect(
            differing == nil,
            "key \(differing ?? 0): \(String(describing: differing.map { (seen[Int($0)], model[$0]) }))")
    }
}
