/// The ASCII form of international host names (RFC 3492).
enum Punycode {
    /// Encodes each label that is not ASCII, in lower case.
    static func host(_ host: some StringProtocol) -> String {
        host.lowercased().split(omittingEmptySubsequences: false) { ".。．｡".contains($0) }
            .map { label in label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : "xn--" + encode(label) }
            .joined(separator: ".")
    }

    private static let base = 36
    private static let minimumThreshold = 1
    private static let maximumThreshold = 26
    private static let skew = 38
    private static let damping = 700
    private static let digits = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    static func encode(_ label: some StringProtocol) -> String {
        let scalars = label.unicodeScalars.map { Int($0.value) }
        var output = String(String.UnicodeScalarView(label.unicodeScalars.filter(\.isASCII)))
        let basicCount = output.utf8.count
        if basicCount > 0 { output.append("-") }
        var (next, delta, bias, handled) = (0x80, 0, 72, basicCount)
        while handled < scalars.count, let smallest = scalars.filter({ $0 >= next }).min() {
            delta += (smallest - next) * (handled + 1)
            next = smallest
            for scalar in scalars {
                if scalar < next { delta += 1 }
                guard scalar == next else { continue }
                append(delta, bias: bias, to: &output)
                bias = adapted(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return output
    }

    private static func append(_ delta: Int, bias: Int, to output: inout String) {
        var rest = delta
        var position = base
        while true {
            let threshold = min(max(position - bias, minimumThreshold), maximumThreshold)
            guard rest >= threshold else { break }
            output.append(digits[threshold + (rest - threshold) % (base - threshold)])
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digits[rest])
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damping : delta / 2
        delta += delta / count
        var steps = 0
        while delta > (base - minimumThreshold) * maximumThreshold / 2 {
            delta /= base - minimumThreshold
            steps += base
        }
        return steps + (base - minimumThreshold + 1) * delta / (delta + skew)
    }
}
