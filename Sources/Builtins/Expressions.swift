import CEL
import Crypto
import Feeds
package import PipelineSpec

extension ExpressionEnvironment {
    /// What expressions of this build can refer to: the language, and functions over what feeds need.
    package static let builtin: ExpressionEnvironment = {
        var functions = FunctionLibrary.language(.pipelines)
        functions.add(
            FeedFunctions.injected(
                stripHTML: HTMLText.plain,
                parseDate: { FeedDate.parse($0) },
                sha256: { bytes in
                    var hash = SHA256()
                    hash.update(bufferPointer: bytes)
                    return Array(hash.finalize())
                }))
        functions.add([JSONFunction.parse])
        return ExpressionEnvironment(itemType: ValueType(schema: ItemSchema.document), functions: functions)
    }()
}
