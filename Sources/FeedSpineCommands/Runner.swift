import Builtins
package import CEL
package import PipelineSpec
import Synchronization

/// A program that runs pipelines: what it is called, and what its pipelines can use.
package struct Runner: Sendable {
    package var name = "feedspine-run"
    package var version = Version.current
    package var catalog = Catalog.builtin
    package var expressions = ExpressionEnvironment.builtin
    /// The functions of expressions that are not the language's own.
    package var functions: [Function] = []
    /// Whether there is nothing in it beside the built-in components.
    var isBuiltin = true

    /// The one whose command line the process obeys. Not a value of the task: an `await` for that may start threads, which
    /// end a process that has no descriptors left before it could say so.
    static var current: Runner { chosen.withLock(\.self) }
    private static let chosen = Mutex(Runner())

    package init() {}

    /// For pipeline files with these components; the published schema is that of the built-in ones.
    package var schema: PipelineSchema { PipelineSchema(catalog, isPublished: isBuiltin) }

    /// The same with components and functions of its own.
    ///
    /// - Parameter hidden: further ways of calling the functions, which need no word.
    package func adding(
        _ more: (Catalog) -> Catalog, functions: [Function], hidden: [Function]
    ) -> Runner {
        var runner = self
        runner.catalog = more(catalog)
        runner.expressions = expressions.adding(functions + hidden)
        runner.functions += functions
        runner.isBuiltin = false
        return runner
    }

    /// Obeys the command line of the process, and ends it where that is not done with success.
    package func main() async {
        Runner.chosen.withLock { $0 = self }
        await RootCommand.main()
    }
}
