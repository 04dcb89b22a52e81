import Compression
import PipelineSpec

/// How the files of a sink are compressed: as frames, one behind the other, each a whole file of its format.
enum OutputCompression: String, OptionEnum {
    case none, gzip, zstd

    var doc: String {
        switch self {
        case .none: "Not at all."
        case .gzip: "With gzip, as `zcat` reads it."
        case .zstd: "With Zstandard, as `zstdcat` reads it: smaller and several times as fast."
        }
    }

    /// What the path of such a file ends with.
    var ending: String {
        switch self {
        case .none: ""
        case .gzip: ".gz"
        case .zstd: ".zst"
        }
    }

    /// What the end of a path says.
    init(path: String) {
        self = OutputCompression.allCases.first { $0 != .none && path.hasSuffix($0.ending) } ?? .none
    }

    /// What such a file begins with; nil for text.
    var format: CompressedFormat? {
        switch self {
        case .none: nil
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }

    /// The bytes as a frame, or as they are; nil where there is no memory for it.
    func frame(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        switch self {
        case .none: Array(bytes)
        case .gzip: Gzip.compress(bytes)
        case .zstd: Zstandard.compress(bytes)
        }
    }

    /// What the first bytes of a file stand for, at most so many.
    func prefix(of bytes: [UInt8], count: Int) -> [UInt8] {
        switch self {
        case .none: Array(bytes.prefix(count))
        case .gzip: Gzip.prefix(of: bytes, count: count)
        case .zstd: Zstandard.prefix(of: bytes, count: count)
        }
    }
}
