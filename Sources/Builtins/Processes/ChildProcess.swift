import Logging
import Notation
import PipelineSpec
import Streaming
import Subprocess
import Synchronization

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A program that is run once, with lines to and from it.
struct ChildProcess: Sendable {
    private enum Ending {
        case own(TerminationStatus)
        case overdue
    }

    /// Between the signal that asks a program to end and the one that does not ask.
    private static let lastWait = Duration.seconds(2)

    let command: ProcessCommand
    let name: String
    let clock: any Clock<Duration>
    let logger: Logger

    /// Starts it, and returns when it has ended; cancelled, it ends the program.
    ///
    /// - Parameters:
    ///   - input: what is given to it; when that ends, the program has its grace.
    ///   - take: gets each line that it writes, without its end; it reads on when that returns, and ends the program when
    ///     that throws.
    /// - Throws: ``ProcessFailure`` when it ended otherwise than well; what `take` throws.
    func run(
        _ input: ProcessInput, _ take: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        let errors = ErrorLines(name: name, logger: logger)
        let ending = try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask { .own(try await spawn(input, errors, take)) }
            group.addTask {
                await input.ended()
                try await clock.sleep(for: command.grace)
                return .overdue
            }
            guard let first = try await group.next() else { throw CancellationError() }
            // The program that is left is ended with its task.
            group.cancelAll()
            return first
        }
        switch ending {
        case .own(.exited(0)): return
        case .own(.exited(let code)):
            throw ProcessFailure.ended(program: command.name, "with status \(code)", errors.last)
        case .own(.signaled(let signal)):
            throw ProcessFailure.ended(program: command.name, "by signal \(signal)", errors.last)
        case .overdue: throw ProcessFailure.overdue(program: command.name, after: command.grace)
        }
    }

    private func spawn(
        _ input: ProcessInput, _ errors: ErrorLines,
        _ take: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> TerminationStatus {
        do {
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var output = ProcessOutput(execution.standardError, limit: ErrorLines.longest)
                        while let line = try? await output.next(cutting: true) { errors.add(line) }
                    }
                    group.addTask {
                        do {
                            for await line in input.lines {
                                _ = try await execution.standardInputWriter.write(line)
                            }
                            try await execution.standardInputWriter.finish()
                        } catch {
                            // A program that reads no more says by its end what that means.
                        }
                    }
                    defer { input.end() }
                    var output = ProcessOutput(execution.standardOutput, limit: command.lineLimit)
                    while let line = try await output.next() { try await take(line) }
                    input.end()
                    try await group.waitForAll()
                }
            }
            return result.terminationStatus
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ProcessFailure(error, of: command)
        }
    }

    private var configuration: Configuration {
        let variables = command.environment.map {
            (Environment.Key(stringLiteral: $0.name), Optional($0.value.revealed))
        }
        var options = PlatformOptions()
        // An interrupt at the terminal is for this program, which ends the others in its order.
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: ChildProcess.lastWait)
        ]
        let program = command.program
        return Configuration(
            executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(command.arguments),
            environment: .inherit.updating(Dictionary(variables) { $1 }),
            workingDirectory: FilePath(command.folder), platformOptions: options)
    }
}

/// What is given to a program; from any task, in order, without waiting.
///
/// Who gives bounds it: by what may be asked at the same time.
final class ProcessInput: Sendable {
    let lines: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let ending: AsyncStream<Void>
    private let endingContinuation: AsyncStream<Void>.Continuation

    init() {
        (lines, continuation) = AsyncStream.makeStream()
        (ending, endingContinuation) = AsyncStream.makeStream()
    }

    /// - Parameter line: with its line end.
    func give(_ line: [UInt8]) { continuation.yield(line) }

    /// Nothing more comes, and the program may take its time.
    func close() { continuation.finish() }

    /// Nothing more comes; the program sees the end of its input behind what was given, and is to end.
    func end() {
        continuation.finish()
        endingContinuation.finish()
    }

    /// Returns when the input has ended.
    fileprivate func ended() async { for await _ in ending {} }
}

/// The standard error of a program, line by line to the log.
private final class ErrorLines: Sendable {
    /// Longer ones are cut.
    static let longest = 2000

    private let name: String
    private let logger: Logger
    private let state = Mutex("")

    init(name: String, logger: Logger) {
        self.name = name
        self.logger = logger
    }

    /// What it said last; empty when it said nothing.
    var last: String { state.withLock { $0 } }

    func add(_ line: [UInt8]) {
        let text = OneLine.text(line, limit: ErrorLines.longest)
        guard !text.isEmpty else { return }
        state.withLock { $0 = text }
        logger.notice("\(name): \(text)")
    }
}

extension ChildProcess {
    init(_ command: ProcessCommand, _ context: BuildContext) {
        self.init(
            command: command, name: context.name, clock: context[SurroundingsKey.self].clock,
            logger: context[LoggerKey.self])
    }
}
