import CEL
package import PipelineSpec

extension ExpressionEnvironment {
    /// What expressions of this build can refer to.
    package static let builtin = ExpressionEnvironment(itemType: .dyn, functions: .language(.pipelines))
}
