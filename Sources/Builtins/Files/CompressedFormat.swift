import Streaming

/// What a file that was compressed begins with.
enum CompressedFormat: String, CaseIterable, Sendable {
    case gzip, zstd, xz, bzip2

    private var mark: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .bzip2: Array("BZh".utf8)
        }
    }

    /// The format of what begins with these bytes; nil for text.
    init?(start: some Sequence<UInt8>) {
        let start = Array(start.prefix(8))
        guard let format = CompressedFormat.allCases.first(where: { start.starts(with: $0.mark) }) else {
            return nil
        }
        self = format
    }
}

/// An input that would have to be decompressed first.
struct CompressedInput: PermanentFailure, CustomStringConvertible {
    let place: String
    let format: CompressedFormat

    var description: String {
        "\(place): it is compressed (\(format.rawValue)) and not read; decompress it, or pipe what `\(format.rawValue) -dc` "
            + "gives into a source with `path: \"-\"`"
    }
}
