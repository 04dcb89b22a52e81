import ArgumentParser
import Builtins
import CEL
import Diagnostics
import Foundation
import PipelineSpec
import Records
import Streaming

/// `eval`: an expression over records, to try it out.
struct EvalCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "eval", abstract: "Evaluate a CEL expression over records.",
            discussion: """
                Prints the value for each record as a line of JSON. Without a file the expression is evaluated once, over \
                an empty record.

                EXAMPLES:
                  \(Runner.current.name) eval 'size("héllo")'
                  \(Runner.current.name) eval 'content.type == "important"' items.jsonl
                  cat items.jsonl | \(Runner.current.name) eval 'title.lowerAscii()' -
                  \(Runner.current.name) eval --type 'published > timestamp("2026-01-01T00:00:00Z")'

                EXIT STATUS: 0 done, 1 some records failed, 64 wrong usage, 78 the expression is not valid.
                """)
    }

    @Argument(help: "The expression.")
    var expression: String

    @Argument(help: "A JSON Lines file; - is standard input.", completion: .file(extensions: ["jsonl"]))
    var file: String?

    @Flag(help: "Print what type the checker finds, and evaluate nothing.")
    var type = false

    @Flag(help: "Print the syntax tree after macros, and evaluate nothing.")
    var ast = false

    @Flag(help: "Check against the feed item: unknown fields are errors.")
    var item = false

    func run() throws {
        let program = try compile()
        if type { try StandardOutput.shared.writeLine("\(program.type)") }
        if ast { try StandardOutput.shared.writeLine("\(program.tree)") }
        if type || ast { return }
        guard let file else {
            var builder = ChunkBuilder()
            builder.beginObject()
            builder.endObject()
            let (chunk, roots) = try builder.finish(
                origin: Origin(source: "eval", received: WallClock.now()))
            let failed = try evaluate(program, Record(chunk: chunk, root: roots[0], index: 0), place: "")
            if failed { throw ExitStatus.failed.exitCode }
            return
        }
        if try evaluate(program, file) > 0 { throw ExitStatus.failed.exitCode }
    }

    private func compile() throws -> Program {
        do {
            return try Runner.current.expressions.compile(expression, over: item ? .feedItem : .open)
        } catch {
            let source = SourceText(name: "expression", text: expression)
            let findings = error.errors.map { problem in
                Diagnostic(
                    problem.rule, problem.message,
                    at: source.range(problem.range.lowerBound, problem.range.upperBound),
                    suggestion: problem.suggestion.map { .replacement($0) }
                        ?? problem.hint.map { .advice($0) })
            }
            let console = Console(environment: ProcessInfo.processInfo.environment)
            console.print(
                TextRenderer(colour: console.usesColour).render([FileDiagnostics(source, findings)]))
            throw ExitStatus.invalidSpec.exitCode
        }
    }

    /// - Returns: how many records failed, or were none.
    private func evaluate(_ program: Program, _ path: String) throws -> Int {
        let input = try ReadableFile(path: path, as: .stream)
        let lines = JSONLines()
        var reader = JSONLinesReader()
        var position = JSONLinesPosition.start
        var failures = 0
        var ended = false
        while !ended {
            ended = try reader.fill { (space) throws in try input.read(into: space) } == 0
            if ended { reader.finish() }
            while let block = reader.next() {
                let parsed = lines.parse(block, origin: Origin(source: path, received: WallClock.now()))
                for line in parsed.rejectedLines(at: position) {
                    report("\(path):\(line.line):\(line.column): \(line.error)")
                    failures += 1
                }
                for record in parsed.records(at: position) {
                    if try evaluate(program, record, place: "\(path): record \(record.index + 1): ") {
                        failures += 1
                    }
                }
                position.advance(over: parsed)
            }
        }
        return failures
    }

    /// - Returns: whether it failed.
    private func evaluate(_ program: Program, _ record: Record, place: String) throws -> Bool {
        var builder = ChunkBuilder()
        let hasValue: Bool
        do {
            hasValue = try program.append(record, in: EvaluationContextKey.defaultValue, to: &builder)
        } catch {
            report("\(place)\(error)")
            return true
        }
        guard hasValue else {
            try StandardOutput.shared.writeLine("")
            return false
        }
        let (chunk, roots) = try builder.finish(origin: record.chunk.origin)
        try StandardOutput.shared.writeLine(
            String(decoding: chunk.node(at: roots[0]).text, as: UTF8.self))
        return false
    }

    private func report(_ text: String) {
        FileHandle.standardError.write(Data("error: \(printable(text))\n".utf8))
    }
}
