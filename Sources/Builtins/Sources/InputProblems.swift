import Logging
import Streaming

/// What a source of several inputs could not read.
struct InputProblems {
    private var problems: [(error: any Error, isFailure: Bool, isMember: Bool)] = []
    private var seen: Set<String> = []

    mutating func add(_ problem: FileSurvey.Problem) {
        add(problem.error, isFailure: problem.isFailure, isMember: problem.isMember)
    }

    /// - Parameter isMember: whether the input matches a pattern and was not asked for by its name.
    mutating func add(_ error: any Error, isFailure: Bool = true, isMember: Bool) {
        if seen.insert("\(error)").inserted { problems.append((error, isFailure, isMember)) }
    }

    private var failures: [any Error] { problems.filter(\.isFailure).map(\.error) }

    /// Whether the source's failure says all by itself.
    private var isOneNamedInput: Bool {
        failures.count == 1 && problems.contains { $0.isFailure && !$0.isMember }
    }

    /// Names what the source's failure does not name.
    func report(to logger: Logger, _ said: SaidOnce) {
        let unnamed = problems.filter { !($0.isFailure && isOneNamedInput) }
        said.report(unnamed.map { ($0.isFailure ? .error : .notice, "\($0.error)") }, to: logger)
    }

    /// - Throws: the failure of the source, if it has one.
    func judge() throws {
        let failures = failures
        // One that may pass has the source tried again.
        if let passing = failures.first(where: { !($0 is any PermanentFailure) }) { throw passing }
        if failures.isEmpty { return }
        throw isOneNamedInput ? failures[0] : InputsUnread(count: failures.count)
    }
}

/// Some inputs of a source could not be read; the log has named them.
struct InputsUnread: PermanentFailure, CustomStringConvertible {
    let count: Int

    var description: String {
        count == 1 ? "one input could not be read" : "\(count) inputs could not be read"
    }
}
