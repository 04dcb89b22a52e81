/// What becomes of the other inputs of a merge when one fails.
///
/// ```swift
/// for try await line in merge([news, broken], failure: .atOnce) { print(line) }
/// ```
public enum MergeFailureMode: Hashable, Sendable {
    /// They go on; the failure is thrown when all have ended.
    case afterOthers
    /// They are cancelled; the failure is thrown behind what they have given so far.
    case atOnce
}

/// The failures of inputs of a merge, in the order in which they came.
///
/// ```swift
/// do {
///     for try await line in merge([news, broken]) { print(line) }
/// } catch {
///     for failure in error.failures { print("input \(failure.input): \(failure.cause)") }
/// }
/// ```
public struct MergeError: Error, CustomStringConvertible {
    /// The failure of one input.
    ///
    /// ```swift
    /// let failure = MergeError.Failure(input: 1, cause: LineError.cutShort)
    /// print(failure)  // input 1: cutShort
    /// ```
    public struct Failure: Error, CustomStringConvertible {
        /// Which of the inputs, from 0.
        public let input: Int
        /// What it threw.
        public let cause: any Error

        /// A failure of an input, for tests of what handles it.
        ///
        /// ```swift
        /// let failure = MergeError.Failure(input: 1, cause: LineError.cutShort)
        /// ```
        public init(input: Int, cause: any Error) {
            self.input = input
            self.cause = cause
        }

        /// The input and its failure.
        public var description: String { "input \(input): \(cause)" }
    }

    /// At least one; exactly one where the first ends the others.
    public let failures: [Failure]

    /// Failures as a merge throws them, for tests of what handles them.
    ///
    /// ```swift
    /// let error = MergeError([.init(input: 1, cause: LineError.cutShort)])
    /// ```
    public init(_ failures: [Failure]) { self.failures = failures }

    /// All failures, one behind the other.
    public var description: String { failures.map(\.description).joined(separator: "; ") }
}
