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
            next run.
            """,
        Field<[String]>(
            "path",
            "A file, a pattern such as `items/*.jsonl`, or `-` for standard input; or a list of these.",
            .inputPath, example: "items/*.jsonl", role: .path),
        Field<ByteSize>(
            "max_line", default: ByteSize(bytes: 16_000_000), "Longer lines are reported and skipped.")
    ) { context, path, maxLine in
        JSONLinesSource(
            paths: path.map(context.resolve), lines: JSONLines(recordLimit: maxLine.bytes),
            ownOutputs: context[OwnOutputsKey.self])
    }
    .with(
        ComponentTraits(
            makesRequests: { _ in false },
            // Standard input ends once.
            canGrow: { $0.text("path") != "-" }, files: ["path"]))

    /// Files, patterns, or `-`.
    let paths: [String]
    let lines: JSONLines
    /// Left out of what patterns match: the pipeline would read what it writes.
    let ownOutputs: OwnOutputs

    var blocks: Bool { true }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        // What comes through a pipe is another input each time.
        if paths.contains("-") { try outlet.restart() }
        var positions = try anchor.map(JSONLinesPositions.init(anchor:)) ?? JSONLinesPositions()
        var failure: (any Error)?
        for path in paths {
            do {
                for file in try files(path) { try await read(file, &positions, into: outlet) }
            } catch let error as any PermanentFailure {
                // One file that is not there keeps nobody from the others.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func files(_ path: String) throws -> [String] {
        guard Glob.isPattern(path) else { return [path] }
        let files = Glob.files(matching: path).filter { !ownOutputs.contains($0) }
        if files.isEmpty { throw NoFileMatches(pattern: path) }
        return files
    }

    private func read(_ path: String, _ positions: inout JSONLinesPositions, into outlet: SourceOutlet)
        async throws
    {
        let file = try ReadableFile(path: path)
        var position = positions[path]
        if path != "-", position.offset > file.size {
            outlet.logger.warning("\(path) is shorter than it was; it is read from its start")
            position = .start
            positions[path] = position
            try outlet.restart(from: positions.anchor)
        }
        if position.offset > 0 { try file.seek(to: position.offset) }
        var reader = JSONLinesReader(offset: position.offset, recordLimit: lines.recordLimit)
        var ended = false
        while !ended {
            try Task.checkCancellation()
            ended = try reader.fill { try file.read(into: $0) } == 0
            if ended { reader.finish() }
            while let block = reader.next() {
                let parsed = lines.parse(block, origin: outlet.origin())
                report(parsed.rejectedLines(at: position), in: path, to: outlet)
                var records: [Record] = []
                parsed.appendRecords(to: &records, at: position)
                position.advance(over: parsed)
                positions[path] = position
                try await outlet.send(records, then: path == "-" ? nil : positions.anchor)
            }
        }
    }

    private func report(_ rejected: [RejectedLine], in path: String, to outlet: SourceOutlet) {
        for line in rejected {
            let place = "\(path == "-" ? "standard input" : path):\(line.line):\(line.column)"
            outlet.reject(SourceProblem(place: place, message: "\(line.error); near: \(line.excerpt)"))
        }
    }
}

/// A pattern that stands for no file.
struct NoFileMatches: PermanentFailure, CustomStringConvertible {
    let pattern: String

    var description: String { "no file matches \(pattern)" }
}
