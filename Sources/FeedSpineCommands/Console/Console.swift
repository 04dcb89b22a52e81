import ArgumentParser
import Diagnostics
import Glibc
import Hosting
import Logging
import Notation
import PipelineSpec
import Records
import Streaming
import Synchronization

/// Standard error, shared by log lines and the live display: a line that is printed pushes the display down.
final class Console: Sendable {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case text
        /// For programs: every line is a JSON object.
        case json

        /// The format that a command line asks for, where it could not be read.
        static func asked(in arguments: [String]) -> Format {
            let option = "--log-format"
            let values = zip(arguments, arguments.dropFirst() + [""]).compactMap { word, next in
                word == option
                    ? next : word.hasPrefix(option + "=") ? String(word.dropFirst(option.count + 1)) : nil
            }
            return values.last.flatMap(Format.init) ?? .text
        }
    }

    private struct State {
        /// Lines of the display that stand on the screen.
        var display: [String] = []
        /// Know the values that are not to be shown.
        var redactors: [Redactor] = []
    }

    let format: Format
    /// Whether a person is looking.
    let isTerminal: Bool
    let usesColour: Bool
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameters:
    ///   - environment: `NO_COLOR` and `TERM=dumb` turn colour off.
    ///   - now: nanoseconds since 1970.
    init(
        environment: [String: String], format: Format = .text,
        now: @escaping @Sendable () -> Int64 = WallClock.now
    ) {
        self.format = format
        self.now = now
        isTerminal = format == .text && isatty(STDERR_FILENO) == 1
        usesColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Columns of the terminal; 80 where they are not known.
    var width: Int { Console.size(STDERR_FILENO).columns }

    /// Lines of the terminal; 24 where they are not known.
    var height: Int { Console.size(STDERR_FILENO).lines }

    /// Columns for standard output.
    static var outputWidth: Int { size(STDOUT_FILENO).columns }

    private static func size(_ descriptor: Int32) -> (columns: Int, lines: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Leaves out values that came from outside a spec from now on, wherever a component may mention them.
    func leaveOut(_ redactors: [Redactor]) { state.withLock { $0.redactors += redactors } }

    /// The text without those values; for what is printed, or goes into a report.
    func redact(_ text: String) -> String {
        state.withLock(\.redactors).reduce(text) { $1.redact($0) }
    }

    /// The text as it may be shown: without values that came from outside, and unable to pass for another line.
    func shown(_ text: String) -> String { printable(redact(text)) }

    /// The time now, as it stands in front of a line.
    var time: String { WallClock.rfc3339(nanoseconds: now()) }

    /// Says something: for people the lines, for programs one object with what they say.
    ///
    /// - Parameter event: what kind of thing it is; nil for a line of the log.
    func tell(
        _ event: String?, _ level: Logger.Level, _ members: @autoclosure () -> [(String, JSON)],
        lines: () -> [String]
    ) {
        switch format {
        case .text: for line in lines() { print(line) }
        case .json:
            var head: [(String, JSON)] = [("time", .string(time)), ("level", .string("\(level)"))]
            if let event { head.append(("event", .string(event))) }
            let object = JSON.object(JSONObject(head + members()))
            print(printable(json: redacted(object).text))
        }
    }

    /// The value without what came from outside, in every spelling.
    func redacted(_ value: JSON) -> JSON { state.withLock(\.redactors).reduce(value) { $0.redacted($1) } }

    /// Prints a line above the display.
    func print(_ line: String) {
        state.withLock { state in
            write(Console.erase(state.display.count) + line + "\n" + Console.text(state.display))
        }
    }

    /// Puts new lines in the place of the display's; none takes it away.
    func display(_ lines: [String]) {
        state.withLock { state in
            write(Console.erase(state.display.count) + Console.text(lines))
            state.display = lines
        }
    }

    private static func erase(_ count: Int) -> String { count == 0 ? "" : "\u{1B}[\(count)F\u{1B}[J" }

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                // Nobody reads standard error: there is no place left to say so.
                if count < 0 && errno != EINTR { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
            }
        }
    }
}

/// Styles for the terminal.
enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"

    /// The text in the style; as it is where colour is off.
    func apply(_ text: String, if isOn: Bool) -> String {
        isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
