import ArgumentParser
import Builtins
import PipelineSpec

/// `components`: what there is, and one in full.
struct ComponentsCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "components",
            abstract: "List the components, or show one with its options and an example.",
            discussion: """
                EXAMPLES:
                  \(Runner.current.name) components           sources, stages, maps and sinks
                  \(Runner.current.name) components rss       its options, their types and defaults, an example
                """)
    }

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, markdown
    }

    @Argument(help: "The component to show.")
    var name: String?

    @Option(help: "text, or markdown for the whole reference.")
    var format = Format.text

    func run() throws {
        let program = Runner.current
        if format == .markdown {
            if name != nil {
                throw ValidationError("--format markdown prints the whole reference; leave the name out.")
            }
            return try StandardOutput.shared.write(
                ReferencePage(program.catalog, functions: program.functions).markdown)
        }
        let reference = TerminalReference(
            program.catalog, functions: program.functions, width: Console.outputWidth)
        guard let name else { return try StandardOutput.shared.write(reference.overview) }
        guard let page = reference.page(name) else {
            let help = reference.suggestion(for: name).map { "did you mean '\($0)'?" }
            throw ValidationError(
                "There is no component '\(name)'; \(help ?? "'\(Runner.current.name) components' lists them")."
            )
        }
        try StandardOutput.shared.write(page)
    }
}
