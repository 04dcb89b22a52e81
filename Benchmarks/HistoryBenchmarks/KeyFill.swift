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
        for start in stride(from: 0, to: count, by: KeyFill.checkpoint) {
            var checkpoint = Checkpoint()
            checkpoint.keys = (start..<min(start + KeyFill.checkpoint, count)).map(KeyFill.key)
            try store.commit(checkpoint)
        }
        store.close()
    }

    /// A hash, as the keys of runs are.
    private static func key(_ number: Int) -> DedupKey {
        var hash = SipHash128(key: SipHashKey(0, 0))
        withUnsafeBytes(of: number) { for byte in $0 { hash.update(byte) } }
        let (high, low) = hash.finish()
        return DedupKey(high: high, low: low, seen: .init(time: second(ofKey: number)))
    }
}
