import State
import Streaming

/// What the files of a sink are beside the texts of their records.
struct OutputForm: Sendable {
    var compression = OutputCompression.none
    /// What each file begins with: the names of columns.
    var header: [UInt8] = []
    /// Whether each record ends a line; where others have left theirs open, it is ended first.
    var hasLines = true
    /// Bytes that are compressed together, unless a checkpoint comes before; so many wait in memory for each open file.
    var frameSize = OutputForm.largestFrame

    /// With more, nothing becomes smaller.
    private static let largestFrame = 1 << 20
    /// What waits in all files together, at most.
    private static let waiting = 16 << 20

    /// The size of frames where so many files are open at a time.
    static func frameSize(among files: Int) -> Int { min(largestFrame, waiting / files) }

    /// Checks that a file is one of this form, so that what is appended to it can be read.
    ///
    /// - Throws: ``OtherContent``, or ``FileError``.
    func check(_ content: FileContent) throws {
        let start = try content.bytes(from: 0, count: 8)
        if start.isEmpty { return }
        let found = CompressedFormat(start: start)
        guard found == compression.format else {
            throw OtherContent(path: content.path, problem: .format(found, wanted: compression.format))
        }
        if header.isEmpty { return }
        let begin = compression.prefix(
            of: try content.bytes(from: 0, count: header.count + 1024), count: header.count)
        guard begin == header else { throw OtherContent(path: content.path, problem: .header) }
    }
}

/// What stands in a file does not go together with what a sink appends.
struct OtherContent: PermanentFailure, Equatable, CustomStringConvertible {
    enum Problem: Equatable {
        case format(CompressedFormat?, wanted: CompressedFormat?)
        case header
    }

    let path: String
    let problem: Problem

    var description: String {
        let reason =
            switch problem {
            case .format(let found?, nil): "what stands there is compressed (\(found.rawValue))"
            case .format(_, let wanted): "what stands there is not compressed with \(wanted?.rawValue ?? "")"
            case .header: "it begins with other columns"
            }
        return "\(path): \(reason); move the file away, or give the sink another path"
    }
}

/// A pipe or a device is given what comes when it comes.
struct CompressedStream: PermanentFailure, CustomStringConvertible {
    let path: String
    let format: OutputCompression

    var description: String {
        "\(path): it is no file, and only files are compressed; leave `compression` out and pipe what it gives into "
            + "`\(format.rawValue)`"
    }
}
