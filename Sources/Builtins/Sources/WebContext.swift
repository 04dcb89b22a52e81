package import Fetching
package import PipelineSpec
import Streaming

extension FetcherKey {
    /// The client of a source: shared connections, its own pace and patience.
    static func fetcher(for context: BuildContext) throws -> Fetcher {
        guard let fetcher = context[FetcherKey.self] else { throw NoFetcher() }
        let options = context[SourceOptionsKey.self]
        guard let rate = options?.rateLimit else { return fetcher }
        return fetcher.paced(rate)
    }
}

/// The client that sources share; the program makes it and shuts it down.
package enum FetcherKey: BuildContextKey {
    package static let defaultValue: Fetcher? = nil
}

/// How the pipeline's requests name their sender; nil for the client's own name.
package enum UserAgentKey: BuildContextKey {
    package static let defaultValue: String? = nil
}

/// Knows the values that came from outside the spec.
package enum RedactorKey: BuildContextKey {
    package static let defaultValue: Redactor? = nil
}

/// A source or sink that needs the web was built without a client.
struct NoFetcher: Error, CustomStringConvertible {
    var description: String { "no HTTP client was given to sources and sinks" }
}
