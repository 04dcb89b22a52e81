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
        try write(to: store)
        store.close()
        var status = stat()
        stat(path, &status)
        print("bytes a key in the file  \(Int(status.st_size) / count)")
    }

    func writeToMemory() throws {
        let before = KeyFill.resident
        let store = MemoryStore()
        try write(to: store)
        print("bytes a key in memory    \((KeyFill.resident - before) / count)")
    }

    private func write(to store: some CheckpointStore) throws {
        var tenth = count / 10
        var time = Duration.zero
        for start in stride(from: 0, to: count, by: KeyFill.checkpoint) {
            var checkpoint = Checkpoint()
            let end = min(start + KeyFill.checkpoint, count)
            checkpoint.keys = (start..<end).map(KeyFill.key)
            time += try KeyFill.cpuTime { try store.commit(checkpoint) }
            if end >= tenth {
                print("filled with \(end)  \(KeyFill.rate(end, time)), \(KeyFill.resident >> 20) MB resident")
                tenth += count / 10
            }
        }
    }

    /// A hash, as the keys of runs are.
    static func key(_ number: Int) -> DedupKey {
        var hash = SipHash128(key: SipHashKey(0, 0))
        withUnsafeBytes(of: number) { for byte in $0 { hash.update(byte) } }
        let (high, low) = hash.finish()
        return DedupKey(high: high, low: low, seen: .init(time: second(ofKey: number)))
    }

    /// What the process has used of processors, so that others on the machine do not count.
    static func cpuTime(_ body: () throws -> Void) rethrows -> Duration {
        func now() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
        let start = now()
        try body()
        return now() - start
    }

    static func rate(_ count: Int, _ time: Duration) -> String {
        "\(Int(time / .nanoseconds(1)) / max(1, count)) ns of a processor each"
    }

    private static var resident: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
    }
}
