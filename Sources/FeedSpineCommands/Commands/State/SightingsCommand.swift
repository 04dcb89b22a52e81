import ArgumentParser
import Builtins
import Foundation
import Hosting
import Logging
import Notation
import PipelineSpec
import Records
import Streaming

/// `state sightings`: which sources have shown a record, and when.
struct SightingsCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sightings", abstract: "Say which sources have shown a record, and when.",
            discussion: """
                It is known for what has come to a 'dedup' with 'sightings: true', as long as that remembers the record. \
                A record is named by the fields of the key; a text that looks like a number is put in quotes. The state is neither changed nor locked; a run may be using it.

                EXAMPLES:
                  \(Runner.current.name) state sightings pipelines/news.yaml url=https://example.org/a
                  \(Runner.current.name) state sightings --format json pipelines/news.yaml url=https://example.org/a
                  \(Runner.current.name) state sightings pipelines/news.yaml id='"123"'

                EXIT STATUS: 0 done, 1 the state cannot be read or keeps no sightings, 64 wrong usage, 78 the spec is \
                invalid.
                """)
    }

    @OptionGroup var options: StateOptions

    @Argument(
        help: "The fields of the key, each as field=value; a field within another has a path with dots.")
    var key: [String]

    @Option(help: "How to print them: text or json.")
    var format = AnswerFormat.text

    @OptionGroup var log: LogOptions

    func validate() throws {
        if key.isEmpty { throw ValidationError("Name the record by the fields of the key: field=value.") }
        if let part = key.first(where: { !$0.contains("=") }) {
            throw ValidationError("'\(part)' is no field of a key; write field=value.")
        }
    }

    func run() async throws {
        let (sightings, console) = try await PipelineHost.answer(about: options.file, log) {
            host, _, spec, redactor, file in
            try host.sightings(of: record.text, spec, redactor: redactor, file: file, state: options.state)
        }
        try print(sightings, console)
    }

    /// The fields as a record.
    private var record: JSON {
        var fields: [(path: [Substring], value: String)] = []
        for part in key {
            let name = part.prefix { $0 != "=" }
            fields.append((name.split(separator: "."), String(part.dropFirst(name.count + 1))))
        }
        return SightingsCommand.object(fields)
    }

    private static func object(_ fields: [(path: [Substring], value: String)]) -> JSON {
        var names: [Substring] = []
        for field in fields { if let name = field.path.first, !names.contains(name) { names.append(name) } }
        return .object(
            JSONObject(
                names.map { name in
                    let own = fields.filter { $0.path.first == name }
                    if let leaf = own.first(where: { $0.path.count == 1 }) {
                        // A number or a truth value is one, and a text in quotes; what is none of them is text.
                        if let value = try? JSON(parsing: leaf.value) {
                            switch value {
                            case .int, .double, .bool, .string: return (String(name), value)
                            case .null, .array, .object: break
                            }
                        }
                        return (String(name), .string(leaf.value))
                    }
                    return (String(name), object(own.map { (Array($0.path.dropFirst()), $0.value) }))
                }))
    }

    private func print(_ sightings: Sightings, _ console: Console) throws {
        switch format {
        case .json:
            let entries = sightings.entries.map { entry in
                JSON.object(
                    JSONObject([
                        ("source", .string(entry.source)), ("first", .string(time(entry.first))),
                        ("last", .string(time(entry.last))), ("count", .int(entry.count)),
                        ("stage", .string(entry.stage))
                    ]))
            }
            try StandardOutput.shared.writeLine(console.redacted(.array(entries)).prettyText)
        case .text:
            if sightings.entries.isEmpty { return try StandardOutput.shared.writeLine("no sightings") }
            var table = Table("source", "first", "last", "times")
            for entry in sightings.entries {
                table.add(entry.source, time(entry.first), time(entry.last), "\(entry.count)")
            }
            for line in table.lines(width: max(Console.outputWidth, 72)) {
                try StandardOutput.shared.writeLine(console.shown(line))
            }
        }
    }

    private func time(_ seconds: Int64) -> String { WallClock.rfc3339(seconds: seconds) }
}
