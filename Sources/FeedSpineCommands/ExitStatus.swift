import ArgumentParser
import Diagnostics

/// How the program ends; documented in `--help` and in the guide.
enum ExitStatus: Int32 {
    case success = 0
    /// The run ended before its time.
    case failed = 1
    /// `plan`: something is not as it was.
    case differs = 2
    case usage = 64
    /// Done, but records ended in the dead letters and that is to count as a failure.
    case deadLetters = 65
    /// A spec is not there, or cannot be read.
    case noInput = 66
    /// Done, but some sources failed.
    case sourcesFailed = 75
    case invalidSpec = 78
    /// A second signal ended the run at once.
    case interrupted = 130

    /// How the program ends over specs with errors.
    static func of(_ found: [FileDiagnostics]) -> ExitStatus {
        found.contains(where: \.isUnreadable) ? .noInput : .invalidSpec
    }

    var exitCode: ExitCode { ExitCode(rawValue) }

    /// Of several endings the gravest counts.
    var severity: Int {
        switch self {
        case .success: 0
        case .differs: 1
        case .sourcesFailed: 2
        case .deadLetters: 3
        case .failed: 4
        case .invalidSpec, .noInput, .usage: 5
        case .interrupted: 6
        }
    }
}
