import Foundation
import Subprocess
import Synchronization
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The built program, run the way a user runs it.
enum Program {
    /// What one run gave.
    struct Outcome: Sendable {
        /// The exit status; nil when a signal ended it.
        let status: Int32?
        let output: String
        let error: String

        var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// The program stands beside the test bundle.
    static let path = FilePath(
        Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }.map { folder(of: $0) }
            ?? folder(of: CommandLine.arguments[0])
    ).appending("feedspine-run")

    /// The root of the project.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - folder: the working directory.
    ///   - input: standard input.
    ///   - descriptors: how many the program may have; nil leaves that to the system.
    static func run(
        _ arguments: [String], in folder: String, input: String = "", environment: [String: String] = [:],
        descriptors: Int? = nil
    ) async throws -> Outcome {
        var (program, arguments) = (path, arguments)
        if let descriptors {
            arguments = ["-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\"", program.string] + arguments
            program = "/bin/sh"
        }
        let variables = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(arguments),
            environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)),
            workingDirectory: FilePath(folder), input: .string(input), output: .string(limit: 64 << 20),
            error: .string(limit: 64 << 20))
        return Outcome(
            status: status(result.terminationStatus), output: result.standardOutput,
            error: result.standardError)
    }

    /// Runs, reads the lines of standard error as they come, and sends a signal each time `signal` answers with one.
    ///
    /// - Parameter input: standard input; closed when the program has been started.
    static func run(
        _ arguments: [String], in folder: String, input: FileDescriptor? = nil,
        signal: @Sendable @escaping (String) -> Signal?
    ) async throws -> Outcome {
        let input = try input ?? FileDescriptor.open("/dev/null", .readOnly)
        let result = try await Subprocess.run(
            .path(path), arguments: Arguments(arguments), workingDirectory: FilePath(folder),
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .discarded, error: .sequence
        ) { execution in
            var lines = ""
            for try await line in execution.standardError.strings() {
                lines += line + "\n"
                if let signal = signal(line) { try? execution.send(signal: signal) }
            }
            return lines
        }
        return Outcome(status: status(result.terminationStatus), output: "", error: result.closureResult)
    }

    /// Runs and kills at one of the lines that a run prints for each few records delivered.
    static func run(
        _ arguments: [String], in folder: String, killedAtDelivery line: Int
    ) async throws -> Outcome {
        let seen = Mutex(0)
        return try await run(arguments + ["--progress", "none", "--log-level", "debug"], in: folder) { text in
            guard text.contains("delivered") else { return nil }
            return seen.withLock { seen in
                seen += 1
                return seen == line ? .kill : nil
            }
        }
    }

    /// Gives life after life something to do and kills each at a delivery that chance names, then lets one run to its end.
    /// A life that is at its end before its kill, as it can happen on a busy machine, does not count.
    ///
    /// - Parameters:
    ///   - lines: at which of the lines about deliveries.
    ///   - prepare: gives a life, from 0 on, its records.
    ///   - killed: hears of each kill.
    static func killAgainAndAgain(
        _ spec: String, in folder: String, kills: Int, at lines: ClosedRange<Int>, seed: UInt64,
        prepare: (_ life: Int) throws -> Void, killed: () -> Void = {}
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var count = 0
        for life in 0..<4 * kills where count < kills {
            try prepare(life)
            let line = Int.random(in: lines, using: &random)
            guard try await run([spec], in: folder, killedAtDelivery: line).status == nil else { continue }
            count += 1
            killed()
        }
        let last = try await run([spec, "--progress", "none"], in: folder)
        #expect(last.status == 0, "\(last.error)")
        #expect(count == kills, "too many runs ended before they could be killed")
    }

    static func status(_ status: TerminationStatus) -> Int32? {
        if case .exited(let code) = status { return code }
        return nil
    }

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }
}
