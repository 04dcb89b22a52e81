package import Logging
import PipelineSpec

/// The log of the pipeline that a component is built for.
package enum LoggerKey: BuildContextKey {
    package static let defaultValue = Logger(label: "feedspine")
}
