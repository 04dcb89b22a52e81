/// Writes metrics as text.
package enum MetricsText: Sendable {
    /// OpenMetrics 1.0.
    case open
    /// Prometheus' text format 0.0.4, for clients that know no other.
    case classic

    package var mediaType: String {
        switch self {
        case .open: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .classic: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// OpenMetrics, unless a client likes plain text more.
    package init(accepting formats: String?) {
        guard let formats else {
            self = .open
            return
        }
        let weights = AcceptedCoding.weights(formats)
        let all = weights["*/*"] ?? 0
        let open = weights["application/openmetrics-text"] ?? weights["application/*"] ?? all
        let plain = weights["text/plain"] ?? weights["text/*"] ?? all
        self = plain > open ? .classic : .open
    }

    package func text(of families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty { append(family, to: &text) }
        if self == .open { text += "# EOF\n" }
        return text
    }

    private func append(_ family: MetricFamily, to text: inout String) {
        let ending =
            switch family.kind {
            case .counter: "_total"
            case .info: "_info"
            case .gauge, .histogram: ""
            }
        let name = self == .open ? family.name : family.name + ending
        let kind = self == .classic && family.kind == .info ? .gauge : family.kind
        text += "# TYPE \(name) \(kind)\n# HELP \(name) \(MetricsText.escaped(family.help))\n"
        for sample in family.samples {
            switch sample.value {
            case .number(let value):
                let number = Int(exactly: value).map { "\($0)" } ?? MetricsText.number(value)
                MetricsText.append(family.name + ending, sample.labels, number, to: &text)
            case .histogram(let ranges, let sum):
                var count = 0
                for range in ranges {
                    count += range.count
                    let end = [(name: "le", value: MetricsText.number(range.end))]
                    MetricsText.append(family.name + "_bucket", sample.labels + end, "\(count)", to: &text)
                }
                MetricsText.append(family.name + "_sum", sample.labels, MetricsText.number(sum), to: &text)
                MetricsText.append(family.name + "_count", sample.labels, "\(count)", to: &text)
            }
        }
    }

    private static func append(
        _ name: String, _ labels: MetricFamily.Labels, _ value: String, to text: inout String
    ) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\"", with: "\\\"")
    }

    /// As OpenMetrics wants numbers: a bound of a range always has a point.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }
}
