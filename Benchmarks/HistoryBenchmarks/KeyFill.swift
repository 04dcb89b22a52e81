import Glibc
import State
import Streaming

/// Fills a history as runs do: keys in no order, a thousand of them a second by its clock.
struct KeyFill {
    static let firstSecond: Int64 = 1_700_000_000
    private static let keysPerSecond = 1000
    /// Keys of one checkpoint.
    private static let checkpoint = 50_000

    let count: Int

    static func second(ofKey number: Int) -> Int64 { firstSecond + Int64(number / keysPerSecond) }

    func write(to path: String) throws {
        unlink(path)
        let store = try SQLiteState(path: path, owner: nil)
        var random = SplitMix(state: 1)
        for start in stride(from: 0, to: count, by: KeyFill.checkpoint) {
            var checkpoint = Checkpoint()
            checkpoint.keys = (start..<min(start + KeyFill.checkpoint, count)).map {
                DedupKey(
                    high: random.next(), low: random.next(), seen: .init(time: KeyFill.second(ofKey: $0)))
            }
            try store.commit(checkpoint)
        }
        store.close()
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
