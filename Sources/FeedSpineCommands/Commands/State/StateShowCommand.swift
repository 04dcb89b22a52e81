import ArgumentParser
import Hosting
import PipelineSpec
import Records
import State
import Streaming

/// `state show`: what the state of a pipeline holds.
struct StateShowCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show", abstract: "Say what the state of a pipeline holds.",
            discussion: """
                How far each source has been read, what stages hold back, how many keys are remembered, which answers \
                are kept. The state is neither changed nor locked; a run may be using it.

                EXAMPLES:
                  \(Runner.current.name) state show pipelines/news.yaml
                  \(Runner.current.name) state show --format json pipelines/news.yaml

                EXIT STATUS: 0 done, also where there is no state yet, 1 the state cannot be read, 64 wrong usage, 78 \
                the spec is invalid.
                """)
    }

    @OptionGroup var options: StateOptions

    @Option(help: "How to print it: text or json.")
    var format = AnswerFormat.text

    @OptionGroup var log: LogOptions

    func run() async throws {
        let (report, console) = try await PipelineHost.answer(about: options.file, log) {
            host, _, spec, _, file in
            try host.stateReport(spec, file: file, state: options.state)
        }
        switch format {
        case .json:
            let json = report.map { $0.json } ?? .null
            try StandardOutput.shared.writeLine(console.redacted(json).prettyText)
        case .text:
            guard let report else { return try StandardOutput.shared.writeLine("no state yet") }
            for line in StateShowCommand.lines(report) {
                try StandardOutput.shared.writeLine(console.shown(line))
            }
        }
    }

    // MARK: Text

    private static func lines(_ report: StateReport) -> [String] {
        let contents = report.contents
        var facts = [("file", "\(report.path), \(size(contents.bytes))")]
        if let owner = report.owner { facts.append(("pipeline", "\(owner.pipeline), \(owner.spec)")) }
        if let user = report.user { facts.append(("in use", "by process \(user)")) }
        if let written = report.written { facts.append(("checkpoint", time(written))) }
        let keys = contents.earliestKey.map { ", the oldest seen \(time($0))" } ?? ""
        facts.append(("history", count(contents.keys, "key") + (contents.keys > 0 ? keys : "")))
        if contents.answers.count > 0 {
            let until = contents.answers.until.map {
                ", until \(time($0.lowerBound)) to \(time($0.upperBound))"
            }
            facts.append(
                (
                    "answers",
                    "\(count(contents.answers.count, "answer")), \(size(contents.answers.bytes))\(until ?? "")"
                ))
        }
        if contents.budgets > 0 { facts.append(("budgets", "\(contents.budgets) with something spent")) }
        for held in report.held {
            facts.append(("held", "\(count(held.count, "record")) by '\(held.stage)'"))
        }
        if report.deadLetters > 0 { facts.append(("dead letters", "\(report.deadLetters)")) }
        let width = facts.map(\.0.count).max() ?? 0
        var lines = facts.map { name, text in
            name + String(repeating: " ", count: width - name.count + 2) + text
        }
        if !report.sources.isEmpty {
            var table = Table("source", "position", "records behind it", "parts")
            for source in report.sources {
                table.add(
                    source.name, position(source), source.count > 0 ? "\(source.count)" : "",
                    source.parts > 0 ? "\(source.parts)" : "")
            }
            lines += [""] + table.lines(width: max(Console.outputWidth, 72))
        }
        return lines
    }

    /// The beginning of what the source wrote.
    private static func position(_ source: StateReport.Source) -> String {
        guard let position = source.position else { return source.parts > 0 ? "" : "start" }
        return position.count > 40 ? position.prefix(39) + "…" : position
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Two digits of the largest unit are enough to see what grows.
    private static func size(_ bytes: Int) -> String {
        let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "KB")]
        guard let (unit, name) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) B" }
        return "\(bytes / unit).\(bytes % unit * 10 / unit) \(name)"
    }

    private static func time(_ seconds: Int64) -> String {
        WallClock.rfc3339(seconds: seconds)
    }
}
