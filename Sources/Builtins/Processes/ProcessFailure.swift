import Streaming
import Subprocess

/// Why a program does not do what it is run for.
enum ProcessFailure: Error, Equatable {
    /// - Parameter said: the last line of its standard error.
    case ended(program: String, String, _ said: String)
    case endedWell(program: String)
    case overdue(program: String, after: Duration)
    case silent(program: String, for: Duration)
    case lineTooLong(limit: Int)
    case notUnderstood(program: String, String)
    case notStarted(program: String, String)
    case closed

    init(_ error: SubprocessError, of command: ProcessCommand) {
        switch error.code {
        case .spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory:
            self = .notStarted(program: command.name, "\(error)")
        default: self = .notUnderstood(program: command.name, "\(error)")
        }
    }
}

extension ProcessFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .ended(let program, let how, ""): "'\(program)' ended \(how)"
        case .ended(let program, let how, let said): "'\(program)' ended \(how): \(said)"
        case .endedWell(let program): "'\(program)' ended before its input did"
        case .overdue(let program, let grace):
            "'\(program)' did not end within \(grace) after its input did, and was ended"
        case .silent(let program, let time): "'\(program)' did not answer within \(time), and was ended"
        case .lineTooLong(let limit):
            "a line is longer than \(limit) bytes; `max_line` says how long they may be"
        case .notUnderstood(let program, let reason):
            "'\(program)' and this program do not understand each other: \(reason)"
        case .notStarted(let program, let reason): "cannot start '\(program)': \(reason)"
        case .closed: "the program is not wanted any more"
        }
    }
}

/// A program that cannot work however often it is started.
struct ProcessUnusable: PermanentFailure, CustomStringConvertible {
    let cause: ProcessFailure

    var description: String { "\(cause)" }
}

/// What a program says of a record that it does not take.
struct ProgramRefusal: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
