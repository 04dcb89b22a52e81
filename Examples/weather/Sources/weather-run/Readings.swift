import FeedSpine
import FeedSpineRunner
import Foundation

/// A source: the lines of a station's log, such as `2026-03-01T06:00:00Z oslo 28.4`.
///
/// The cursor is the number of lines that have been read, so a log that has grown is read on where the last run ended.
struct Readings: RecordSource {
    static let component = Component.source(
        "readings", "Reads the logs of weather stations.",
        details: "A line holds a time, the name of a station and degrees Fahrenheit.",
        Field<String>("path", "The log.", .notEmpty, example: "stations.log", role: .path),
        Field<Bool>("strict", default: false, "Whether a line that cannot be read fails the whole log.")
    ) { context, path, strict in Readings(path: context.path(path), isStrict: strict) }

    struct Reading: Codable {
        let time: String
        let station: String
        let fahrenheit: Double
    }

    let path: String
    let isStrict: Bool

    // Files are read by blocking calls, so this is given a thread of its own.
    var blocks: Bool { true }

    func read(from cursor: String?, into outlet: RecordOutlet) async throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let first = cursor.flatMap { Int($0) } ?? 0
        for (number, line) in lines.enumerated().dropFirst(first) {
            do {
                try await outlet.send(try Record(encoding: try reading(line)), then: "\(number + 1)")
            } catch let problem as Unreadable where !isStrict {
                outlet.reject(problem.description, at: "\(path):\(number + 1)")
            }
        }
    }

    private func reading(_ line: Substring) throws -> Reading {
        let words = line.split(separator: " ")
        guard words.count == 3, let fahrenheit = Double(words[2]) else {
            throw Unreadable(line: String(line))
        }
        return Reading(time: String(words[0]), station: String(words[1]), fahrenheit: fahrenheit)
    }

    private struct Unreadable: Error, CustomStringConvertible {
        let line: String

        var description: String { "'\(line)' is no reading" }
    }
}
