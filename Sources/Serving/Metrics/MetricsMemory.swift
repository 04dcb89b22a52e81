import Synchronization

/// What was told of counters, so that none falls.
package final class MetricsMemory: Sendable {
    private let peaks = Mutex<[String: Double]>([:])

    package init() {}

    package func raised(_ families: [MetricFamily]) -> [MetricFamily] {
        peaks.withLock { peaks in
            families.map { family in
                var family = family
                family.raise(to: &peaks)
                return family
            }
        }
    }
}
