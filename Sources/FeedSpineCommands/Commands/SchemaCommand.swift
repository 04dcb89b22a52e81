import ArgumentParser
import Builtins
import Diagnostics
import Feeds
import PipelineSpec

/// `schema`: the JSON Schemas, for editors and other validators.
struct SchemaCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "schema", abstract: "Print a JSON Schema.",
            discussion: """
                EXAMPLES:
                  \(Runner.current.name) schema > pipeline.schema.json    for pipeline files
                  \(Runner.current.name) schema item                      for the records of feed sources
                """)
    }

    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case pipeline, item
    }

    @Argument(help: "What to describe: pipeline or item.")
    var subject = Subject.pipeline

    func run() throws {
        switch subject {
        case .pipeline:
            try StandardOutput.shared.writeLine(Runner.current.schema.document.text(pretty: true))
        case .item: try StandardOutput.shared.writeLine(ItemSchema.text)
        }
    }
}
