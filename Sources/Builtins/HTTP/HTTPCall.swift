import Fetching
import Notation
import Streaming

/// A request that a sink makes of what it writes, or a map of what it reads.
struct HTTPCall: Sendable {
    var url: WebURL
    var method = FetchRequest.Method.post
    /// Beside those that every request of the sink has.
    var headers: [(name: String, value: Secret)] = []
    var body: [UInt8]?
    var contentType: String?
    /// What a receiver knows the request by when it comes again.
    var key: String

    /// A request with a JSON body.
    static func json(_ text: String, to url: WebURL, key: String) -> HTTPCall {
        HTTPCall(url: url, body: Array(text.utf8), contentType: "application/json", key: key)
    }
}

/// What has become of a request.
enum Delivery: Sendable {
    case taken(HTTPAnswer)
    /// The receiver does not want this one.
    case refused(String, status: Int?)
    /// It may take it another time.
    case again(String)
    /// Nothing can be sent as the spec has it.
    case wrong(HTTPProblem)

    /// What a status that is neither a success nor a redirect says.
    init(failure status: Int, _ reason: String) {
        switch status {
        case 408, 425, 429: self = .again(reason)
        case 400..<500: self = .refused(reason, status: status)
        default: self = .again(reason)
        }
    }

    /// Whether what follows has to wait for this one.
    var stops: Bool {
        switch self {
        case .taken, .refused: false
        case .again, .wrong: true
        }
    }
}

/// Why an HTTP sink can send nothing.
enum HTTPProblem: Error, Equatable {
    case unavailable(String)
    case redirected(status: Int, to: String)
    case answerWithoutRecords(expected: Int, found: Int?)
    case notSignedIn(String)
}

extension HTTPProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .unavailable(let reason): reason
        case .redirected(let status, let target):
            "a redirect (\(status)) to \(target) is not followed; give that address"
        case .notSignedIn(let reason): "cannot sign in: \(reason)"
        case .answerWithoutRecords(let expected, let found?):
            "the answer speaks of \(found) records, and \(expected) were sent; see `bulk.answers.items`"
        case .answerWithoutRecords(let expected, nil):
            "the answer does not say what became of the \(expected) records; see `bulk.answers.items`"
        }
    }
}

/// The same where no further try can help.
struct HTTPMisled: PermanentFailure, CustomStringConvertible {
    let cause: HTTPProblem

    var description: String { "\(cause)" }
}
