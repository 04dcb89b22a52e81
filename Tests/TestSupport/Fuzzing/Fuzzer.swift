import Foundation

/// Runs code over inputs that are damaged by chance, the same ones for the same seeds.
///
/// For two seconds, or as many as `FEEDSPINE_FUZZ_SECONDS` says (ten minutes with `FEEDSPINE_SOAK`). The seed of the run
/// that is under way stands in a file, since what ends the process ends the report, too; `FEEDSPINE_FUZZ_SEED` runs that
/// one alone:
///
///     FEEDSPINE_FUZZ_SEED=4711 swift test --filter anyDate
package struct Fuzzer: Sendable {
    /// How long each kind of input is tried.
    package static let time: Duration = {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["FEEDSPINE_FUZZ_SECONDS"].flatMap { Int($0) }
        return .seconds(seconds ?? (environment["FEEDSPINE_SOAK"] == nil ? 2 : 600))
    }()

    /// A run that takes longer is a finding.
    private static let patience: Duration = .seconds(10)

    private let name: String
    private let corpus: [[UInt8]]
    private let pieces: [[UInt8]]

    /// - Parameters:
    ///   - name: what is fuzzed, fit for the name of a file.
    ///   - corpus: inputs to begin with, which should be good ones.
    ///   - pieces: words of the format.
    package init(_ name: String, corpus: [String], pieces: [String] = []) {
        self.init(name, corpus: corpus.map { Array($0.utf8) }, pieces: pieces)
    }

    /// The same for inputs that are no text.
    package init(_ name: String, corpus: [[UInt8]], pieces: [String] = []) {
        self.name = name
        self.corpus = corpus
        self.pieces = pieces.map { Array($0.utf8) }
    }

    /// Calls `body` with one input after the other; what it throws ends the fuzzing and tells the seed.
    package func run(_ body: (inout FuzzInput) throws -> Void) throws {
        for seed in Seeds(name) {
            var input = FuzzInput(seed: seed, corpus: corpus, pieces: pieces)
            let start = Fuzzer.work
            do {
                try body(&input)
            } catch {
                throw FuzzFailure(name: name, seed: seed, reason: "\(error)")
            }
            let time = Fuzzer.work - start
            if time > Fuzzer.patience { throw FuzzFailure(name: name, seed: seed, reason: "it took \(time)") }
        }
    }

    /// The same for code that waits; how long it may is for the test to say.
    package func run(_ body: (inout FuzzInput) async throws -> Void) async throws {
        for seed in Seeds(name) {
            var input = FuzzInput(seed: seed, corpus: corpus, pieces: pieces)
            do {
                try await body(&input)
            } catch {
                throw FuzzFailure(name: name, seed: seed, reason: "\(error)")
            }
        }
    }

    /// What the processor has done for this thread, however busy the machine is.
    private static var work: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// What fuzzing has found.
package struct FuzzFailure: Error, CustomStringConvertible {
    let name: String
    let seed: UInt64
    let reason: String

    package var description: String {
        "\(name), FEEDSPINE_FUZZ_SEED=\(seed): \(reason.prefix(1000))\(reason.count > 1000 ? "…" : "")"
    }
}

/// A demand that an input has shown not to hold.
package struct Violation: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Seeds from 1 on until the time is up, each written down before it is used.
private struct Seeds: Sequence, IteratorProtocol {
    /// So many are tried however slow the machine is.
    private static let least: UInt64 = 50

    private let name: String
    private let start = ContinuousClock.now
    private let only = ProcessInfo.processInfo.environment["FEEDSPINE_FUZZ_SEED"].flatMap { UInt64($0) }
    private var seed: UInt64 = 0

    init(_ name: String) { self.name = name }

    private var path: String { NSTemporaryDirectory() + "feedspine-fuzz-\(name).seed" }

    mutating func next() -> UInt64? {
        seed += 1
        let isOver =
            only.map { _ in seed > 1 } ?? (seed > Seeds.least && ContinuousClock.now - start > Fuzzer.time)
        guard !isOver else {
            unlink(path)
            return nil
        }
        let next = only ?? seed
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        if file >= 0 {
            _ = "\(next)\n".withCString { write(file, $0, strlen($0)) }
            close(file)
        }
        return next
    }
}
