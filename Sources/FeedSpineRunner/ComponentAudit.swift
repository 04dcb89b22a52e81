internal import CEL
internal import FeedSpineCommands
internal import PipelineSpec

/// Holds the components of a program to what the built-in ones are held to.
struct ComponentAudit {
    private let runner: Runner

    init(_ runner: Runner) { self.runner = runner }

    /// What is wrong with components that the runner has, in sentences.
    func problems(of components: [Component]) -> [String] {
        let names = Set(components.map { "\($0.word) \($0.name)" })
        let audit = CatalogAudit(runner.catalog, checkExpression: runner.expressions.check)
        return audit.subjects.filter { names.contains("\($0)") }.flatMap { subject in
            audit.problems(of: subject).map { "\(subject): \($0)" }
        }
            + components.flatMap { component -> [String] in
                guard case .function(let function, _) = component.kind else { return [] }
                return problems(of: function).map { "function \(function.name): \($0)" }
            }
    }

    private func problems(of function: Function) -> [String] {
        var problems: [String] = []
        if !function.doc.hasSuffix(".") { problems.append("the description is not a sentence") }
        for example in function.examples {
            if let problem = runner.expressions.problem(of: example) { problems.append(problem) }
        }
        return problems
    }
}
