import ArgumentParser
import Glibc
import Hosting
import Logging
import PipelineSpec
import Records
import Streaming

/// `dead-letters list`: the records that were given up, where and why.
struct DeadLettersListCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "Show the records that were given up, where and why.",
            discussion: """
                The oldest comes first, with the number by which 'drop' knows it: that of its line in the file. On a \
                terminal a letter has three lines; elsewhere it is one, with tabs between its columns. Nothing is changed or locked; a run may be going on.

                EXAMPLES:
                  \(Runner.current.name) dead-letters list pipelines/news.yaml
                  \(Runner.current.name) dead-letters list --count pipelines/news.yaml
                  \(Runner.current.name) dead-letters list --stage parse --since 2h pipelines/news.yaml
                  \(Runner.current.name) dead-letters list --format json pipelines/news.yaml | jq .record

                EXIT STATUS: 0 done, whether there are any or not, 1 they cannot be read, 64 wrong usage, 78 the spec \
                is invalid.
                """)
    }

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @OptionGroup var letters: LetterOptions

    @Option(help: ArgumentHelp("Only the last so many of them.", valueName: "number"))
    var limit: Int?

    @Flag(help: "Say how many there are of each stage, sink and error.")
    var count = false

    @Option(help: "How to print them: text, or json with an object a line.")
    var format = Format.text

    @OptionGroup var log: LogOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if count, limit != nil { throw ValidationError("--count counts all; leave --limit out.") }
    }

    func run() async throws {
        let choice = letters.choice
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let ((foreign, printed, counts), console) = try await PipelineHost.answer(about: letters.file, log) {
            host, _, spec, redactor, file in
            host.tellOfLetterSink(spec)
            let page = LetterPage(
                format: format, width: isTerminal ? Console.outputWidth : nil,
                redact: { text in redactor.redact(text) })
            var printed = 0
            var last: [StoredLetter] = []
            var counts: [LetterKind: Int] = [:]
            var foreign = LineNumbers()
            func print(_ letter: StoredLetter) throws {
                for line in printed == 0 ? page.header : [] { try StandardOutput.shared.writeLine(line) }
                for line in page.lines(of: letter) { try StandardOutput.shared.writeLine(line) }
                printed += 1
            }
            try host.forEachDeadLetter(of: spec, file: file, state: letters.state) { letter, number in
                guard let letter else { return foreign.add(number) }
                guard choice.contains(letter) else { return }
                if count {
                    counts[LetterKind(letter.letter), default: 0] += 1
                } else if let limit {
                    last.append(letter)
                    if last.count >= 2 * limit { last.removeFirst(last.count - limit) }
                } else {
                    try print(letter)
                }
            }
            for letter in last.suffix(limit ?? 0) { try print(letter) }
            return (foreign, printed, counts)
        }
        if count { try print(counts, console) }
        if printed == 0, counts.isEmpty, format == .text {
            try StandardOutput.shared.writeLine("no dead letters")
        }
        if let warning = foreign.foreignText { log.logger(console).warning("\(warning)") }
    }

    private func print(_ counts: [LetterKind: Int], _ console: Console) throws {
        let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        switch format {
        case .json:
            for (kind, count) in sorted {
                let object = JSON.object(JSONObject(kind.members + [("count", .int(Int64(count)))]))
                try StandardOutput.shared.writeLine(console.redacted(object).text)
            }
        case .text where sorted.isEmpty: break
        case .text:
            var table = Table("error", "stage", "sink", "letters")
            for (kind, count) in sorted {
                table.add(
                    console.shown(kind.error), console.shown(kind.stage), console.shown(kind.sink), "\(count)"
                )
            }
            let width = isatty(STDOUT_FILENO) == 1 ? max(Console.outputWidth, 40) : Int.max
            for line in table.lines(width: width) { try StandardOutput.shared.writeLine(line) }
        }
    }
}

/// What letters are counted by.
struct LetterKind: Hashable, Comparable {
    let stage: String
    /// Empty where it was none.
    let sink: String
    let error: String

    init(_ letter: DeadLetter) {
        stage = letter.stage
        sink = letter.sink ?? ""
        error = letter.error
    }

    var members: [(String, JSON)] {
        [("stage", .string(stage))] + (sink.isEmpty ? [] : [("sink", .string(sink))])
            + [("error", .string(error))]
    }

    static func < (left: LetterKind, right: LetterKind) -> Bool {
        (left.stage, left.sink, left.error) < (right.stage, right.sink, right.error)
    }
}
