/// Why an ``AsyncBuffer`` takes no more elements.
///
/// ```swift
/// buffer.finish()
/// do {
///     try await buffer.put(1)
/// } catch AsyncBufferError.finished {
///     print("too late")
/// }
/// ```
public enum AsyncBufferError: Error, Hashable, CustomStringConvertible {
    /// The writers' side has been finished.
    case finished
    /// Nobody reads any more: the loop over the buffer was left, or its task was cancelled.
    case abandoned

    /// What happened, in a sentence.
    public var description: String {
        switch self {
        case .finished: "the buffer has been finished"
        case .abandoned: "nobody reads from the buffer any more"
        }
    }
}
