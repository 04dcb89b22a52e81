import Synchronization

/// How long the parts of a run take; kept only where somebody asks (`--http`).
package final class RunTimings: Sendable {
    /// From a record's being received to its being taken, by the sink's name in the order of the spec. Taps that share a
    /// sink share this, too.
    package let sinks: [(name: String, latency: DurationHistogram)]
    /// From a checkpoint's setting out at the sources to its being stored.
    package let checkpoints = DurationHistogram()

    /// By the marker, when it set out.
    private let underway = Mutex<[UInt64: Duration]>([:])

    init(_ pipeline: Pipeline) {
        var sinks: [(name: String, latency: DurationHistogram)] = []
        for target in pipeline.stages.flatMap(\.targets)
        where !sinks.contains(where: { $0.name == target.name }) {
            sinks.append((target.name, DurationHistogram()))
        }
        self.sinks = sinks
    }

    func latency(ofSink name: String) -> DurationHistogram? { sinks.first { $0.name == name }?.latency }

    func beganCheckpoint(_ marker: UInt64, at time: Duration) {
        underway.withLock { $0[marker] = time }
    }

    func endedCheckpoint(_ marker: UInt64, at time: Duration) {
        if let began = underway.withLock({ $0.removeValue(forKey: marker) }) {
            checkpoints.count(time - began)
        }
    }
}
