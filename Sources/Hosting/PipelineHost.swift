package import Fetching
package import Logging
package import PipelineSpec
package import Streaming

/// What pipelines are made and run with: the components that there are, where time and chance come from, the values
/// and the web outside.
///
/// The program, a test of a spec and a program with components of its own are hosts with other parts.
package struct PipelineHost: Sendable {
    package var catalog: Catalog
    /// What expressions can refer to.
    package var expressions: ExpressionEnvironment
    package var surroundings = Surroundings.machine
    /// The environment variables that `${…}` stands for.
    package var variables: [String: String] = [:]
    /// The HTTP client that sources share; nil where none needs it.
    package var fetcher: Fetcher?
    package var logger: Logger

    package init(catalog: Catalog, expressions: ExpressionEnvironment, logger: Logger) {
        self.catalog = catalog
        self.expressions = expressions
        self.logger = logger
    }
}

/// What a host cannot run with.
package enum HostError: Error, Equatable, CustomStringConvertible {
    /// The wall clock is set to a time that cannot be counted in nanoseconds since 1970.
    case clockOutOfRange

    package var description: String {
        switch self {
        case .clockOutOfRange:
            "the machine's clock is set to a time before 1970 or after 2261; set it right and start again"
        }
    }
}

extension Surroundings {
    /// The last time at which a run may begin: it needs to count some way ahead.
    private static let last = Int64.max - 366 * 86_400 * 1_000_000_000

    /// The time now.
    ///
    /// - Throws: ``HostError/clockOutOfRange``.
    func checkedNow() throws(HostError) -> Int64 {
        let now = now()
        guard (0...Surroundings.last).contains(now) else { throw .clockOutOfRange }
        return now
    }
}
