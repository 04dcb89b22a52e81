import Builtins
import Fetching
package import Hosting
package import Logging
import Synchronization

extension Runner {
    /// A host without an HTTP client.
    ///
    /// - Parameter variables: the environment's.
    func bareHost(_ variables: [String: String], logger: Logger) -> PipelineHost {
        var host = PipelineHost(catalog: catalog, expressions: expressions, logger: logger)
        host.variables = variables
        return host
    }

    /// A host for sources that are feeds of a program.
    ///
    /// - Parameter variables: the environment's.
    package func host(_ variables: [String: String], logger: Logger) -> PipelineHost {
        var host = bareHost(variables, logger: logger)
        host.fetcher = SharedFetcher.fetcher(host)
        return host
    }
}

/// The HTTP client of the feeds of a process. It lives as long as that does: nobody says when the last feed has been read.
private enum SharedFetcher {
    private static let shared = Mutex<Fetcher?>(nil)

    static func fetcher(_ host: PipelineHost) -> Fetcher {
        shared.withLock { shared in
            if let shared { return shared }
            let fetcher = host.newFetcher()
            shared = fetcher
            return fetcher
        }
    }
}
