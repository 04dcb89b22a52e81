import ArgumentParser
import Builtins
import Diagnostics
import Feeds
import PipelineSpec

/// `schema`: the JSON Schemas, for editors and other validators.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a JSON Schema.",
        discussion: """
            EXAMPLES:
              feedspine-run schema > pipeline.schema.json    for pipeline files
              feedspine-run schema item                      for the records of feed sources
            """)

    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case pipeline, item
    }

    @Argument(help: "What to describe: pipeline or item.")
    var subject = Subject.pipeline

    func run() throws {
        switch subject {
        case .pipeline:
            try StandardOutput.shared.writeLine(PipelineSchema(.builtin).document.text(pretty: true))
        case .item: try StandardOutput.shared.writeLine(ItemSchema.text)
        }
    }
}
