import Glibc
import State
import Streaming

/// Measures what it takes to fill a large history, to look keys up in it and to forget them, slice by slice, and a start with
/// nothing to forget.
@main struct HistoryBenchmarks {
    static func main() async {
        do {
            let arguments = try Arguments(CommandLine.arguments.dropFirst())
            try await run(arguments)
        } catch {
            print("\(error)")
            exit(EXIT_FAILURE)
        }
    }

    private static func run(_ arguments: Arguments) async throws {
        if arguments.isInMemory { return try KeyFill(count: arguments.keys).writeToMemory() }
        let filled = "\(arguments.folder)/history-\(arguments.keys).db"
        if access(filled, F_OK) != 0 {
            try KeyFill(count: arguments.keys).write(to: filled + ".new")
            rename(filled + ".new", filled)
        }
        try start(filled)
        try lookUp(in: filled, arguments)
        let copy = filled + ".copy"
        try copyFile(filled, to: copy)
        defer { unlink(copy) }
        try await forget(in: copy, arguments)
    }

    /// What each run does before it reads anything.
    private static func start(_ path: String) throws {
        let clock = ContinuousClock()
        var times = SliceTimes()
        for _ in 0..<20 {
            let began = clock.now
            let store = try SQLiteState(path: path, owner: nil)
            _ = try store.restore()
            _ = try store.forget(before: KeyFill.firstSecond, limit: 1000)
            times.add(began.duration(to: clock.now), keys: 0)
            store.close()
        }
        print("start, nothing due  \(times.text)")
    }

    /// As `dedup` does it: a few hundred keys at a time, of which the history has some.
    private static func lookUp(in path: String, _ arguments: Arguments) throws {
        let store = try SQLiteState(path: path, owner: nil)
        defer { store.close() }
        let count = 256_000
        for (name, first, step) in [("new", arguments.keys, 1), ("known", 0, max(1, arguments.keys / count))]
        {
            let keys = (0..<count).map { KeyFill.key(first + $0 * step) }
            let time = try KeyFill.cpuTime {
                for start in stride(from: 0, to: count, by: 256) {
                    _ = try store.lastSeen(Array(keys[start..<start + 256]))
                }
            }
            print("looking up \(name) keys  \(KeyFill.rate(count, time))")
        }
    }

    /// As a run does it at its start: one slice after the other until nothing is due.
    private static func forget(in path: String, _ arguments: Arguments) async throws {
        let store = TimedStore(try SQLiteState(path: path, owner: nil))
        let due = Int(Double(arguments.keys) * arguments.share)
        let cutoff = KeyFill.second(ofKey: due)
        let clock = ContinuousClock()
        let start = clock.now
        try await HistoryCleanup(
            store: store, executor: BlockingExecutor(label: "history"), ttl: 0, now: { cutoff },
            uptime: { start.duration(to: clock.now) }
        ).sweep()
        let times = store.times
        print("slices               \(times.text)")
        print("keys in a slice      \(times.keysText)")
        print("keys a second        \(times.keysPerSecond)")
    }

    private static func copyFile(_ source: String, to target: String) throws {
        let (input, output) = (open(source, O_RDONLY), open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600))
        defer {
            close(input)
            close(output)
        }
        guard input >= 0, output >= 0 else { throw Failure(text: "\(source) cannot be copied") }
        while case let count = sendfile(output, input, nil, 1 << 30), count != 0 {
            if count < 0 {
                throw Failure(text: "\(source) cannot be copied: \(String(cString: strerror(errno)))")
            }
        }
        fsync(output)
    }
}

struct Failure: Error, CustomStringConvertible {
    let text: String

    var description: String { text }
}
