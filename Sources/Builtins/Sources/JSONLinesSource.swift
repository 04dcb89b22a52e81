import Logging
import PipelineSpec
import Records
import State
import Streaming

/// Reads JSON Lines from a file, from files that match a pattern, or from standard input.
struct JSONLinesSource: Source {
    static let component = Component<any Source>(
        "jsonl", "Reads JSON Lines: one JSON object a line.",
        details: """
            Blank lines are skipped. A line that is no JSON object is reported with its number, and the rest is read. \
            A run goes on behind the last line that was delivered, so lines that are appended later are read by the \
            next run. It ends where the files ended when it came to them.

            In a pattern `*`, `?` and `[…]` stand for parts of a name, `**` for any folders. Files are read one after \
            the other in the order of the bytes of their paths, a file with several names once. A file or folder that \
            cannot be read is named once and the others are read; the source counts as failed.

            A file is known again by what it holds, not by its name alone: one that was renamed within the pattern, \
            moved with the spec's folder, or copied and emptied (`copytruncate`) goes on; one that was replaced or \
            written anew is read from its start, and the log says so. With `was`, one that was copied to the new address \
            goes on, too. A pattern that covers the names that a log is \
            rotated to (`app.jsonl*`) loses no line. Of a file that is gone nothing is kept.

            A last line without its end is delivered if it is a whole JSON object, else it waits for the rest. What is \
            added to it after it was delivered is read as a line of its own.

            Pipes and devices are read from the start each time, where they are named; in a pattern they are passed \
            over. Compressed files are reported, not read.
            """,
        Field<[String]>(
            "path",
            "A file, a pattern such as `items/*.jsonl` or `logs/**/*.jsonl`, or `-` for standard input; or a list of "
                + "these.",
            .inputPath, example: "items/*.jsonl", role: .path),
        Field<ByteSize>(
            "max_line", default: ByteSize(bytes: 16_000_000), "Longer lines are reported and skipped.",
            .notEmpty)
    ) { context, path, maxLine in
        JSONLinesSource(
            paths: path, directory: context.directory, lines: JSONLines(recordLimit: maxLine.bytes),
            ownOutputs: context[OwnOutputsKey.self])
    }
    .with(
        ComponentTraits(
            makesRequests: { _ in false },
            // Standard input ends once.
            canGrow: { $0.text("path") != "-" }, files: ["path"]))

    /// Files, patterns, or `-`.
    let paths: [String]
    /// What relative paths start from.
    let directory: String
    let lines: JSONLines
    /// Left out of what patterns match: the pipeline would read what it writes.
    let ownOutputs: OwnOutputs

    private let said = SaidOnce()

    init(
        paths: [String], directory: String, lines: JSONLines, ownOutputs: OwnOutputs = .none
    ) {
        self.paths = paths
        self.directory = directory
        self.lines = lines
        self.ownOutputs = ownOutputs
    }

    var blocks: Bool { true }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        var ledger = try JSONLinesLedger(anchor: anchor, parts: outlet.knownParts)
        let files = JSONLinesFiles(
            paths: paths, directory: directory, ownOutputs: ownOutputs, isElsewhere: outlet.isCarriedOver)
        let reading = JSONLinesReading(lines: lines, said: said, outlet: outlet)
        var problems = InputProblems()
        let attempts = 3
        for attempt in 1...attempts {
            let view = files.look(for: ledger.files)
            said.report(view.changes.map { (.notice, $0) }, to: outlet.logger)
            try await ledger.move(view.claims, into: outlet)
            for problem in view.problems { problems.add(problem) }
            if try await read(view.inputs, reading, isFirst: attempt == 1, &ledger, &problems) {
                for number in files.gone(in: view, of: ledger.files) { ledger.forget(number) }
                break
            }
            if attempt == attempts {
                outlet.logger.notice("files are renamed while they are read; the next run reads the rest")
            }
        }
        try await ledger.gather(into: outlet)
        problems.report(to: outlet.logger, said)
        said.endRound()
        try problems.judge()
    }

    /// - Returns: whether all files were still those that had been looked for.
    private func read(
        _ inputs: [JSONLinesFiles.Input], _ reading: JSONLinesReading, isFirst: Bool,
        _ ledger: inout JSONLinesLedger, _ problems: inout InputProblems
    ) async throws -> Bool {
        var isSteady = true
        for input in inputs {
            try Task.checkCancellation()
            do {
                switch input.kind {
                case .stream(let path): if isFirst { try await reading.read(stream: path) }
                case .file(let file, let number):
                    isSteady = try await reading.read(file, as: number, &ledger) && isSteady
                }
            } catch let error as any PermanentFailure {
                // One that cannot be read keeps nobody from the others.
                problems.add(error, isMember: input.isMember)
            } catch let error as FileError {
                problems.add(error, isMember: input.isMember)
            }
        }
        return isSteady
    }
}
