import ArgumentParser
import Hosting
import PipelineSpec

/// `state forget`: takes something out of the state of a pipeline.
struct StateForgetCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "forget",
            abstract: "Let a pipeline forget answers, or how far sources have been read.",
            discussion: """
                With --answers, what maps were answered ('cache') is asked for, and paid for, anew. With --source, a \
                source is read from its start by the next run; what a 'dedup' remembers is not delivered again. It is \
                refused while a run uses the state.

                EXAMPLES:
                  \(Runner.current.name) state forget --answers pipelines/classify.yaml
                  \(Runner.current.name) state forget --source wire --source blog pipelines/news.yaml

                EXIT STATUS: 0 done, also where there was nothing to forget, 1 nothing was forgotten, 64 wrong usage, \
                78 the spec is invalid.
                """)
    }

    @OptionGroup var options: StateOptions

    @Flag(help: "Forget what maps were answered.")
    var answers = false

    @Option(
        help: ArgumentHelp(
            "Forget how far this source has been read; can be given several times.", valueName: "name"))
    var source: [String] = []

    @OptionGroup var log: LogOptions

    func validate() throws {
        if !answers, source.isEmpty { throw ValidationError("Say what to forget: --answers or --source.") }
    }

    func run() async throws {
        var forgetting = Forgetting()
        forgetting.answers = answers
        forgetting.sources = source
        let (result, _) = try await PipelineHost.answer(about: options.file, log) {
            [forgetting] host, _, spec, redactor, file in
            try host.forget(forgetting, of: spec, redactor: redactor, file: file, state: options.state)
        }
        var parts: [String] = []
        if answers { parts.append("\(result.answers) answer\(result.answers == 1 ? "" : "s")") }
        if !source.isEmpty { parts.append("\(result.sources) source\(result.sources == 1 ? "" : "s")") }
        try StandardOutput.shared.writeLine("forgot \(parts.joined(separator: ", "))")
    }
}
