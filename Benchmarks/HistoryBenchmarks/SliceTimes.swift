/// How long slices took, and how many keys they had.
struct SliceTimes {
    private var slices: [(time: Duration, keys: Int)] = []

    mutating func add(_ time: Duration, keys: Int) { slices.append((time, keys)) }

    var text: String {
        let times = slices.map(\.time).sorted()
        func at(_ share: Double) -> String {
            times.isEmpty ? "-" : milliseconds(times[min(times.count - 1, Int(share * Double(times.count)))])
        }
        return "\(times.count) times: p50 \(at(0.5)), p99 \(at(0.99)), max \(at(1)) ms"
    }

    var keysText: String {
        let keys = slices.map(\.keys).sorted()
        guard let least = keys.first, let most = keys.last else { return "-" }
        return "\(least) to \(most), median \(keys[keys.count / 2])"
    }

    var keysPerSecond: Int {
        let seconds = slices.reduce(0.0) { $0 + $1.time / .seconds(1) }
        return seconds > 0 ? Int(Double(slices.reduce(0) { $0 + $1.keys }) / seconds) : 0
    }

    private func milliseconds(_ time: Duration) -> String {
        "\((time / .microseconds(10)).rounded() / 100)"
    }
}
