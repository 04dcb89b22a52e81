internal import FeedSpineCommands
internal import Foundation

/// A program that runs pipeline files, with components of its own beside the built-in ones.
///
/// ```swift
/// struct Program {
///     static func main() async {
///         await FeedSpineRunner.main(
///             name: "shout-run",
///             components: [
///                 .map(
///                     "shout", "Puts a text into capitals.",
///                     Field<String>("field", "Where it stands.", example: "title")
///                 ) {
///                     Shout(field: $0)
///                 }
///             ])
///     }
/// }
/// ```
///
/// `@main` stands in front of it.
///
/// All commands of `feedspine-run` know them: `run`, `validate`, `plan` and `eval`; `components` lists and describes them,
/// and `schema` prints the JSON Schema with which editors complete and check their options.
public enum FeedSpineRunner {
    /// The status of a program whose own components cannot be used (`EX_SOFTWARE`).
    private static let unusable: Int32 = 70

    /// Obeys the command line of the process, and ends it where that is not done with success.
    ///
    /// ```swift
    /// await FeedSpineRunner.main(name: "sampler", version: "1.2.0", components: [sample])
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the program is called in its help; nil is the name that it was started by.
    ///   - version: what `--version` prints; nil is that of FeedSpine.
    ///   - components: the program's own. Their names are not those of built-in components of the same kind; where they are,
    ///     the program says so and ends with status 70.
    public static func main(
        name: String? = nil, version: String? = nil, components: [Component] = []
    ) async {
        do {
            var runner = try runner(components)
            runner.name = name ?? ProcessInfo.processInfo.processName
            if let version { runner.version = version }
            await runner.main()
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(unusable)
        }
    }

    /// What is wrong with components, in sentences: names that are taken, missing descriptions, examples that do not hold.
    ///
    /// It is what the built-in components are held to; for a test of the program.
    ///
    /// ```swift
    /// let problems = FeedSpineRunner.problems(of: [sample, celsius])
    /// ```
    public static func problems(of components: [Component]) -> [String] {
        do { return ComponentAudit(try runner(components)).problems(of: components) } catch {
            return ["\(error)"]
        }
    }

    /// - Throws: ``ComponentProblem``.
    static func runner(_ components: [Component]) throws(ComponentProblem) -> Runner {
        let runner = Runner()
        return components.isEmpty ? runner : try runner.adding(components)
    }
}
