import PipelineSpec
import Streaming

/// Why a feed cannot be written where the spec wants it.
enum FeedSinkError: PermanentFailure, Equatable, CustomStringConvertible {
    /// What stands there is not of this program's making.
    case foreign(path: String)
    case otherPipeline(path: String, name: String)
    /// A device or a pipe.
    case noFile(path: String)

    var description: String {
        switch self {
        case .foreign(let path):
            "\(path) is there, and is no feed that this program wrote; move it away, or give the sink another path"
        case .otherPipeline(let path, let name):
            "\(path) is the feed of pipeline '\(name)'; give the sink another path, or delete the file if that pipeline "
                + "no longer writes it"
        case .noFile(let path):
            "\(path) is no file, and a feed is replaced as a whole; give the sink the path of a file"
        }
    }
}
