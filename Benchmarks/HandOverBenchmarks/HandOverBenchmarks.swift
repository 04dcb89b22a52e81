import Buffering
import Foundation
import Records
import Streaming

/// Work C: what the links between stages cost, for runs of records, for single ones, and for one that is alone.
@main
struct HandOverBenchmarks {
    private static let capacity = Load(records: 1000, bytes: 64 << 20)

    static func main() async throws {
        // Of many chunks, as in a pipeline: two tasks that count references to one get in each other's way.
        let runs = (0..<64).map { _ in numbered(250) }
        try await rate("runs of 250 records", 20_000, runs)
        try await rate("one by one", 1_000_000, runs.map { Array($0.prefix(1)) })
        print("one alone through four links: \(try await trip(runs[0][0], times: 20_000)) µs")
    }

    private static func numbered(_ count: Int) -> [Record] {
        let block = JSONLinesBlock(copying: (0..<count).map { "{\"n\":\($0)}\n" }.joined())
        let parsed = JSONLines().parse(block, origin: Origin(source: "benchmark", received: 0))
        return parsed.records(at: .start)
    }

    /// Prints the records a second from one task to another, the best of five.
    private static func rate(_ name: String, _ times: Int, _ runs: [[Record]]) async throws {
        var best = Duration.seconds(3600)
        for _ in 0..<5 {
            let time = try await ContinuousClock().measure {
                let link = AsyncBuffer(capacity: capacity)
                async let written: Void = {
                    for number in 0..<times { try await link.put(runs[number % runs.count]) }
                    link.finish()
                }()
                while try await link.take() != nil {}
                try await written
            }
            best = min(best, time)
        }
        let rate = Double(times * runs[0].count) / (best / .seconds(1)) / 1_000_000
        print("\(name): \(rate.formatted(.number.precision(.fractionLength(1)))) M records/s")
    }

    /// Microseconds from the first link to behind the last, each read by a task of its own; the median.
    private static func trip(_ record: Record, times: Int) async throws -> String {
        let links = (0..<4).map { _ in AsyncBuffer(capacity: capacity) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (link, next) in zip(links, links.dropFirst()) {
                group.addTask {
                    while case .records(let records)? = try await link.take() { try await next.put(records) }
                    next.finish()
                }
            }
            var trips: [Duration] = []
            for _ in 0..<times {
                let start = ContinuousClock.now
                try await links[0].put([record])
                _ = try await links[3].take()
                trips.append(ContinuousClock.now - start)
            }
            links[0].finish()
            try await group.waitForAll()
            let median = trips.sorted()[times / 2] / .microseconds(1)
            return median.formatted(.number.precision(.fractionLength(1)))
        }
    }
}
