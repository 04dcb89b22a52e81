import ArgumentParser
import Hosting
import Logging
import PipelineSpec

/// `dead-letters drop`: takes letters out of their file.
struct DeadLettersDropCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "drop", abstract: "Take dead letters out of their file.",
            discussion: """
                Those that numbers or options name, or all; where several are given, those that all hold for. A record \
                that fails again in the same way later is written again. It is refused while a run uses the state, and what dies in the middle of it is finished by the next run or 'drop'.

                EXAMPLES:
                  \(Runner.current.name) dead-letters drop pipelines/news.yaml 3 7-9
                  \(Runner.current.name) dead-letters drop --stage parse pipelines/news.yaml
                  \(Runner.current.name) dead-letters drop --all pipelines/news.yaml

                EXIT STATUS: 0 done, also where none was there to be dropped, 1 nothing was dropped, 64 wrong usage, \
                78 the spec is invalid.
                """)
    }

    @OptionGroup var letters: LetterOptions

    @OptionGroup var numbers: LetterNumberOptions
    @OptionGroup var log: LogOptions

    func validate() throws { try numbers.validate(with: letters) }

    func run() async throws {
        let choice = numbers.choice(with: letters)
        let (result, console) = try await PipelineHost.answer(about: letters.file, log) {
            host, _, spec, redactor, file in
            host.tellOfLetterSink(spec)
            return try await host.dropDeadLetters(
                choice, of: spec, redactor: redactor, file: file, state: letters.state)
        }
        try StandardOutput.shared.writeLine("dropped \(result.dropped), left \(result.left)")
        if let warning = result.foreign.foreignText { log.logger(console).warning("\(warning)") }
    }
}
