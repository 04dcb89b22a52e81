/// Bytes as text.
enum EncoderFunctions {
    static let all: [Function] = [
        Function(
            "base64.encode", "Bytes as base64 with padding.",
            examples: [.init("base64.encode(b'hello')", "'aGVsbG8='")],
            Overload(
                .global, [.bytes], .string,
                .one { value, frame in
                    guard case .bytes(let text) = value else { return value }
                    return frame.value(Base64.encode(text.utf8))
                })),
        Function(
            "base64.decode", "The bytes of base64 text; padding may be left out.",
            examples: [.init("base64.decode('aGVsbG8')", "b'hello'")],
            Overload(
                .global, [.string], .bytes,
                .one { value, frame in
                    guard let bytes = Base64.decode(frame.string(value).utf8) else {
                        return frame.failure(.invalidArgument, "\(frame.shown(value)) is no base64")
                    }
                    return .bytes(frame.arena.text(bytes))
                }))
    ]
}

/// Base64 with the standard alphabet of RFC 4648.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// The text of bytes, with padding.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                for shift in [18, 12, 6, 0] { result.append(alphabet[Int(group >> UInt32(shift)) & 63]) }
                (group, count) = (0, 0)
            }
        }
        if count > 0 {
            group <<= UInt32((3 - count) * 8)
            for position in 0...count {
                result.append(alphabet[Int(group >> UInt32(18 - 6 * position)) & 63])
            }
            for _ in count..<3 { result.append(UInt8(ascii: "=")) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Nil for letters outside the alphabet and for lengths that no bytes have.
    package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var letters = text[...]
        if letters.count % 4 == 0 {
            for _ in 0..<2 where letters.last == UInt8(ascii: "=") { letters.removeLast() }
        }
        guard letters.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(letters.count * 3 / 4)
        var group: UInt32 = 0
        var bits = 0
        for letter in letters {
            let value = values[Int(letter)]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return result
    }
}
