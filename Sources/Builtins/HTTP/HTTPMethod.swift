import Fetching
import PipelineSpec

/// The methods that a spec can name.
enum HTTPMethod: String, OptionEnum {
    case post, put, patch, delete, get

    var doc: String { "\(rawValue.uppercased())." }

    var method: FetchRequest.Method {
        switch self {
        case .post: .post
        case .put: .put
        case .patch: .patch
        case .delete: .delete
        case .get: .get
        }
    }
}
