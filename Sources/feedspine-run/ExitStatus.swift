import ArgumentParser

/// How the program ends; documented in `--help` and in the guide.
enum ExitStatus: Int32 {
    case success = 0
    /// The run ended before its time.
    case failed = 1
    case usage = 64
    /// Done, but some sources failed.
    case sourcesFailed = 75
    case invalidSpec = 78
    /// A second signal ended the run at once.
    case interrupted = 130

    var exitCode: ExitCode { ExitCode(rawValue) }

    /// Of several endings the gravest counts.
    var severity: Int {
        switch self {
        case .success: 0
        case .sourcesFailed: 1
        case .failed: 2
        case .invalidSpec, .usage: 3
        case .interrupted: 4
        }
    }
}
