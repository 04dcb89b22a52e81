import Notation

/// The `srcset` attribute: addresses of one picture in several sizes.
enum SourceSet {
    /// The candidates whose addresses are safe, from `base`; nil when none is.
    static func safe(_ value: String, base: String?) -> String? {
        var kept: [String] = []
        for (address, descriptor) in candidates(Array(value.utf8)) {
            guard let safe = AttributeCheck.safeAddress(address, base: base), !safe.isEmpty else { continue }
            kept.append(descriptor.isEmpty ? safe : "\(safe) \(descriptor)")
        }
        return kept.isEmpty ? nil : kept.joined(separator: ", ")
    }

    /// The candidates from `base`; nil when all are absolute.
    static func resolved(_ value: String, base: String) -> String? {
        let candidates = candidates(Array(value.utf8))
        guard candidates.contains(where: { URLReference.scheme(of: $0.address) == nil }) else { return nil }
        return candidates.map { address, descriptor in
            let absolute = URLReference.resolve(address, in: base)
            return descriptor.isEmpty ? absolute : "\(absolute) \(descriptor)"
        }.joined(separator: ", ")
    }

    /// As HTML cuts it (4.8.4.2.2): an address may hold commas but not end in one, a descriptor may hold them in
    /// brackets.
    private static func candidates(_ text: [UInt8]) -> [(address: String, descriptor: String)] {
        var result: [(String, String)] = []
        let comma = UInt8(ascii: ",")
        var i = 0
        while i < text.count {
            while i < text.count, text[i].isSpace || text[i] == comma { i += 1 }
            let start = i
            while i < text.count, !text[i].isSpace { i += 1 }
            var end = i
            while end > start, text[end - 1] == comma { end -= 1 }
            guard end > start else { continue }
            let address = String(decoding: text[start..<end], as: UTF8.self)
            guard end == i else {
                result.append((address, ""))
                continue
            }
            let next = endOfDescriptor(text, from: i)
            result.append((address, String(decoding: text[i..<next], as: UTF8.self).trimmed))
            i = next
        }
        return result.map { ($0, isDescriptor($1) ? $1 : "") }
    }

    private static func endOfDescriptor(_ text: [UInt8], from start: Int) -> Int {
        var depth = 0
        for i in start..<text.count {
            switch text[i] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case UInt8(ascii: ",") where depth == 0: return i
            default: break
            }
        }
        return text.count
    }

    /// `2x`, `640w`, `640w 480h`.
    private static func isDescriptor(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            byte.isDigit || byte == .space || byte == UInt8(ascii: ".") || "xwh".utf8.contains(byte)
        }
    }
}
