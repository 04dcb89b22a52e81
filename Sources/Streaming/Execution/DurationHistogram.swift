import Records
import Synchronization

/// How long something took, counted by ranges of time; reading it never waits for more than one batch to be counted.
package final class DurationHistogram: Sendable {
    package struct Counts: Sendable {
        /// By range, the last for what is longer than every bound; each is counted once.
        package fileprivate(set) var ranges = [Int](repeating: 0, count: DurationHistogram.bounds.count + 1)
        /// All of it together, in seconds.
        package fileprivate(set) var seconds = 0.0

        package var total: Int { ranges.reduce(0, +) }
    }

    /// The upper ends of the ranges, each included: from one that nobody notices to a feed's day.
    package static let bounds: [Duration] = [
        .milliseconds(1), .microseconds(2500), .milliseconds(5), .milliseconds(10), .milliseconds(25),
        .milliseconds(50), .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1),
        .milliseconds(2500), .seconds(5), .seconds(10), .seconds(30), .seconds(60), .seconds(300),
        .seconds(1800), .seconds(3600), .seconds(21_600), .seconds(86_400)
    ]

    private static let nanosecondBounds = bounds.map(\.nanoseconds)

    private let state = Mutex(Counts())

    package init() {}

    package var counts: Counts { state.withLock(\.self) }

    package func count(_ duration: Duration) {
        state.withLock { $0.add(1, of: duration.nanoseconds) }
    }

    /// Counts for each of the records how long ago it was received: one lock for all, and one range for those that came
    /// together.
    ///
    /// - Parameters:
    ///   - now: nanoseconds since 1970.
    ///   - refused: those that are not counted.
    func count(_ records: [Record], at now: Int64, without refused: [Refusal]) {
        let absent = Set(refused.map(\.index))
        state.withLock { counts in
            var last: Int64?
            var run = 0
            for (index, record) in records.enumerated() {
                if !absent.isEmpty, absent.contains(index) { continue }
                let received = record.chunk.origin.received
                if received != last {
                    if let last { counts.add(run, of: now.subtractingReportingOverflow(last).partialValue) }
                    (last, run) = (received, 0)
                }
                run += 1
            }
            if let last { counts.add(run, of: now.subtractingReportingOverflow(last).partialValue) }
        }
    }

    /// - Parameter nanoseconds: below zero where the clock was set back, which says nothing.
    fileprivate static func range(of nanoseconds: Int64) -> Int {
        nanosecondBounds.firstIndex { nanoseconds <= $0 } ?? nanosecondBounds.count
    }
}

extension DurationHistogram.Counts {
    fileprivate mutating func add(_ count: Int, of nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)
        ranges[DurationHistogram.range(of: nanoseconds)] += count
        seconds += Double(count) * Double(nanoseconds) / 1e9
    }
}
