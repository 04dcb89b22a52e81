import Notation

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
