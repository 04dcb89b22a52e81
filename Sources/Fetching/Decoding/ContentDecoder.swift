/// Undoes all codings of a body, the last one applied first, and one that nobody announced: files that were compressed
/// once and for all are served as they are.
struct ContentDecoder {
    /// What requests offer to understand.
    static let acceptEncoding = "gzip, deflate, br"

    /// More codings than anyone applies in earnest.
    private static let mostCodings = 3

    /// In the order in which the bytes pass.
    private var decoders: [any StreamDecoder]
    private var plain: [UInt8]?
    /// How the body begins, as long as that may turn out to be a coding.
    private var beginning: [UInt8]? = []
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

    /// Whether anything has to be undone.
    var isEncoded: Bool { !decoders.isEmpty }

    mutating func push(_ bytes: [UInt8]) {
        if let first = decoders.first {
            first.push(bytes)
        } else {
            plain = bytes
        }
    }

    /// The next decoded piece, never empty, or nil when more input is needed.
    mutating func pull() throws(FetchError) -> [UInt8]? {
        while let piece = try pullAnnounced() {
            guard let known = beginning else { return piece }
            let bytes = known.isEmpty ? piece : known + piece
            switch UnannouncedCoding(bytes) {
            case .none:
                beginning = nil
                return bytes
            case .undecided: beginning = bytes
            case .some(let format):
                beginning = nil
                let decoder = Inflater(format, coding: "\(format)")
                decoder.push(bytes)
                decoders.append(decoder)
            }
        }
        return nil
    }

    private mutating func pullAnnounced() throws(FetchError) -> [UInt8]? {
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

    /// Checks, after the last input was pulled out, that every coding came to its end; answers what is left of a body
    /// that is too short to tell.
    mutating func finish() throws(FetchError) -> [UInt8]? {
        for decoder in decoders { try decoder.finish() }
        defer { beginning = nil }
        return beginning.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What the first bytes say of a body that is compressed without a word about it. No text begins like that.
private enum UnannouncedCoding {
    case none, undecided
    case some(Inflater.Format)

    /// gzip with its one method; zlib with the window that everybody uses, at each level.
    private static let beginnings: [(bytes: [UInt8], format: Inflater.Format)] = [
        ([0x1F, 0x8B, 0x08], .gzip), ([0x78, 0x01], .deflate), ([0x78, 0x9C], .deflate),
        ([0x78, 0xDA], .deflate)
    ]

    init(_ bytes: [UInt8]) {
        if let found = Self.beginnings.first(where: { bytes.starts(with: $0.bytes) }) {
            self = .some(found.format)
        } else {
            self = Self.beginnings.contains { $0.bytes.starts(with: bytes) } ? .undecided : .none
        }
    }
}
