/// A metric with its samples, one for each set of labels.
package struct MetricFamily: Sendable {
    package enum Kind: String, Sendable {
        /// Only rises while the process lives.
        case counter
        case gauge
        case histogram
        /// Says something by its labels alone.
        case info
    }

    package enum Value: Sendable {
        case number(Double)
        /// - Parameter ranges: by upper end in seconds, how many are in that range and no earlier one; what is longer than
        ///   all is in the last, which has no end.
        case histogram(ranges: [(end: Double, count: Int)], sum: Double)
    }

    package typealias Labels = [(name: String, value: String)]

    package struct Sample: Sendable {
        package let labels: Labels
        package fileprivate(set) var value: Value
    }

    /// Without the ending that a counter's samples have.
    package let name: String
    package let kind: Kind
    package let help: String
    package private(set) var samples: [Sample] = []
    private var places: [String: Int] = [:]

    package init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// Adds a sample; what has the same labels becomes one, with the sum.
    package mutating func add(_ labels: Labels, _ value: Value) {
        let key = MetricFamily.key(labels)
        if let place = places[key] {
            samples[place].value = samples[place].value + value
        } else {
            places[key] = samples.count
            samples.append(Sample(labels: labels, value: value))
        }
    }

    package mutating func add(_ labels: Labels, _ value: Int) { add(labels, .number(Double(value))) }

    package mutating func add(_ labels: Labels, _ value: Double) { add(labels, .number(value)) }

    /// Keeps counters from falling: those that are made of several numbers, read one after the other, may seem to.
    ///
    /// - Parameter peaks: by metric and labels, the most that was told so far.
    mutating func raise(to peaks: inout [String: Double]) {
        guard kind == .counter else { return }
        for place in samples.indices {
            guard case .number(let value) = samples[place].value else { continue }
            let key = name + MetricFamily.key(samples[place].labels)
            let peak = max(peaks[key] ?? value, value)
            peaks[key] = peak
            samples[place].value = .number(peak)
        }
    }

    private static func key(_ labels: Labels) -> String {
        labels.map { "\u{0}\($0.name)\u{0}\($0.value)" }.joined()
    }
}

extension MetricFamily.Value {
    fileprivate static func + (a: Self, b: Self) -> Self {
        switch (a, b) {
        case (.number(let a), .number(let b)): .number(a + b)
        case (.histogram(let one, let sum), .histogram(let other, let further)):
            .histogram(
                ranges: zip(one, other).map { ($0.end, $0.count + $1.count) }, sum: sum + further)
        case (.number, .histogram), (.histogram, .number): a
        }
    }
}
