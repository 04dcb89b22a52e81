/// Undoes all codings of a body, the last one applied first.
struct ContentDecoder {
    /// What requests offer to understand.
    static let acceptEncoding = "gzip, deflate, br"

    /// More codings than anyone applies in earnest.
    private static let mostCodings = 3

    /// In the order in which the bytes pass.
    private let decoders: [any StreamDecoder]
    private var plain: [UInt8]?
    /// Bytes between two codings that may still pass; each coding can stand for a thousand times its input.
    private var room: Int
    private let limit: Int

    /// - Parameters:
    ///   - codings: the elements of `Content-Encoding`. Names that are no codings at all, which some servers put there (a
    ///     charset, `none`), are taken for none.
    ///   - limit: the most bytes that may come out of a coding, on the way to the next one too.
    init(codings: [String], limit: Int = .max) throws(FetchError) {
        var decoders: [any StreamDecoder] = []
        for coding in codings.reversed() {
            switch coding.lowercased() {
            case "gzip", "x-gzip": decoders.append(Inflater(.gzip, coding: "gzip"))
            case "deflate": decoders.append(Inflater(.deflate, coding: "deflate"))
            case "br": decoders.append(BrotliDecoder(coding: "br"))
            case "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm":
                throw .decoding(coding: coding, .unsupported)
            default: break
            }
        }
        guard decoders.count <= ContentDecoder.mostCodings else {
            throw .decoding(coding: codings.joined(separator: ", "), .unsupported)
        }
        self.decoders = decoders
        self.limit = limit
        room = limit
    }

    mutating func push(_ bytes: [UInt8]) {
        if let first = decoders.first {
            first.push(bytes)
        } else {
            plain = bytes
        }
    }

    /// The next decoded piece, never empty, or nil when more input is needed.
    mutating func pull() throws(FetchError) -> [UInt8]? {
        guard let last = decoders.indices.last else {
            defer { plain = nil }
            return plain.flatMap { $0.isEmpty ? nil : $0 }
        }
        return try pull(from: last)
    }

    private mutating func pull(from index: Int) throws(FetchError) -> [UInt8]? {
        while true {
            if let piece = try decoders[index].pull() { return piece }
            guard index > 0, let input = try pull(from: index - 1) else { return nil }
            room -= min(room, input.count)
            guard room > 0 else { throw .tooLarge(limit: limit) }
            decoders[index].push(input)
        }
    }

    /// Checks, after the last input was pulled out, that every coding came to its end.
    func finish() throws(FetchError) {
        for decoder in decoders { try decoder.finish() }
    }
}
