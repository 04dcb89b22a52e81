import ArgumentParser
import Diagnostics
import Foundation
import Hosting
import PipelineSpec

/// `validate`: everything that is wrong with specs, without running or building anything.
struct ValidateCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "validate", abstract: "Check pipeline files.",
            discussion: """
                All problems of all files at once, each with its place, the line and what to do about it; also where \
                files get into each other's way: one name or one output for two pipelines. It needs no network and no \
                environment, and opens nothing but the specs and, in their folders, the schemas that they name.

                EXAMPLES:
                  \(Runner.current.name) validate pipelines/*.yaml
                  \(Runner.current.name) validate --format github pipelines/*.yaml    annotations in a pull request
                  \(Runner.current.name) validate --format sarif pipelines/*.yaml > feedspine.sarif

                EXIT STATUS: 0 valid, 78 not valid, 64 wrong usage.
                """)
    }

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, sarif, github
    }

    @Argument(help: "Pipeline files; - is standard input.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Option(help: "How to print the problems: text, json, sarif or github.")
    var format = Format.text

    @Flag(help: "Warnings fail too.")
    var warningsAsErrors = false

    @Flag(help: "Also look up ${…}: a variable that is missing here is a problem.")
    var environment = false

    func run() throws {
        let host = PipelineHost.program(ProcessInfo.processInfo.environment)
        let found = SpecSet.check(
            files.map { host.read(SpecFile(path: $0), environment ? .resolving : .checking) })
        let text = render(found)
        if !text.isEmpty { try StandardOutput.shared.write(text.hasSuffix("\n") ? text : text + "\n") }
        let errors = found.reduce(0) { $0 + $1.errorCount }
        let warnings = found.reduce(0) { $0 + $1.warningCount }
        if format == .text && errors + warnings == 0 {
            try StandardOutput.shared.writeLine(
                files.count == 1 ? "1 file: valid" : "\(files.count) files: valid")
        }
        if errors > 0 || (warningsAsErrors && warnings > 0) { throw ExitStatus.of(found).exitCode }
    }

    private func render(_ found: [FileDiagnostics]) -> String {
        switch format {
        case .text:
            let colour = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
            return TextRenderer(colour: colour).render(found)
        case .json: return JSONRenderer().render(found)
        case .sarif: return SARIFRenderer(version: Runner.current.version).render(found)
        case .github: return GitHubRenderer().render(found)
        }
    }
}
