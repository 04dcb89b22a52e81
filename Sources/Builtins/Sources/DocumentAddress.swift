import Fetching
import PipelineSpec

/// Where a document is: an address on the web, or a file.
enum DocumentAddress: Sendable {
    case web(WebURL)
    case file(path: String)

    /// - Parameter context: relative paths start from its directory.
    /// - Throws: `FetchError` for an address that is none.
    init(_ text: String, in context: BuildContext) throws {
        if HTTPAddress.isWeb(text) {
            self = .web(try WebURL(text))
        } else {
            self = .file(path: context.resolve(text))
        }
    }

    /// The place in words, without credentials.
    var place: String {
        switch self {
        case .web(let url): "\(url)"
        case .file(let path): path
        }
    }
}
