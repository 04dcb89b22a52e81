import HTTPTypes

/// What a client says of compression and formats (RFC 9110, 12.5).
enum AcceptedCoding {
    static func takesGzip(_ fields: HTTPFields) -> Bool {
        guard let text = fields[.acceptEncoding] else { return false }
        let weights = AcceptedCoding.weights(text)
        return (weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0) > 0
    }

    /// By name in small letters without parameters, how much it is liked, from 0 to 1.
    static func weights(_ text: String) -> [String: Double] {
        var weights: [String: Double] = [:]
        for entry in text.split(separator: ",").prefix(64) {
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let name = parts.first else { continue }
            let weight =
                parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            weights[name] = max(weights[name] ?? 0, weight)
        }
        return weights
    }
}
