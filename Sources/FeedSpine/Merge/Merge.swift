/// Reads several sequences at the same time, and gives their elements as they come.
///
/// Each input is read by a task of its own. At most `capacity` elements wait or are worked on, and one more for each
/// input; where there is no room, inputs are served first come, first served, so none keeps another out. Elements of one
/// input keep their order.
///
/// ```swift
/// for await number in merge([evens, odds]) { print(number) }
/// ```
///
/// - Parameters:
///   - inputs: sequences that cannot fail.
///   - capacity: elements, at least 1.
@inlinable
public func merge<Base: AsyncSequence & Sendable>(
    _ inputs: [Base], capacity: Int = 16
) -> AsyncMergeSequence<Base.Element, Never> where Base.Element: Sendable, Base.Failure == Never {
    AsyncMergeSequence(inputs.map(MergeInput.init), capacity: capacity)
}

/// Two sequences of different types that cannot fail; otherwise as with many.
///
/// ```swift
/// for await number in merge(evens, odds.map { $0 * 10 }) { print(number) }
/// ```
///
/// - Parameters:
///   - first: a sequence.
///   - second: another with the same elements.
///   - capacity: elements, at least 1.
@inlinable
public func merge<First: AsyncSequence & Sendable, Second: AsyncSequence & Sendable>(
    _ first: First, _ second: Second, capacity: Int = 16
) -> AsyncMergeSequence<First.Element, Never>
where
    First.Element: Sendable, First.Element == Second.Element, First.Failure == Never, Second.Failure == Never
{
    AsyncMergeSequence([MergeInput(first), MergeInput(second)], capacity: capacity)
}

/// Reads several sequences at the same time, of which some may fail.
///
/// An input that fails doesn't end the others unless that is asked for: what failed is thrown at the end, behind the last
/// element. `onFailure` hears of it at once.
///
/// ```swift
/// do {
///     for try await line in merge([news, broken]) { print(line) }
/// } catch {
///     print(error)  // input 1: cutShort
/// }
/// ```
///
/// - Parameters:
///   - inputs: sequences.
///   - capacity: elements that wait or are worked on, at least 1; and one more for each input.
///   - failure: what becomes of the others when one fails.
///   - onFailure: called when an input fails.
@inlinable
public func merge<Base: AsyncSequence & Sendable>(
    _ inputs: [Base], capacity: Int = 16, failure: MergeFailureMode = .afterOthers,
    onFailure: @escaping @Sendable (MergeError.Failure) -> Void = { _ in }
) -> AsyncMergeSequence<Base.Element, MergeError> where Base.Element: Sendable {
    AsyncMergeSequence(inputs.map(MergeInput.init), capacity: capacity, failure, onFailure)
}

/// Two sequences of different types, of which some may fail; otherwise as with many.
///
/// ```swift
/// let shouted = broken.map { $0.uppercased() }
/// for try await line in merge(news, shouted, failure: .atOnce) { print(line) }
/// ```
///
/// - Parameters:
///   - first: a sequence.
///   - second: another with the same elements.
///   - capacity: elements that wait or are worked on, at least 1; and one more for each input.
///   - failure: what becomes of the other when one fails.
///   - onFailure: called when an input fails.
@inlinable
public func merge<First: AsyncSequence & Sendable, Second: AsyncSequence & Sendable>(
    _ first: First, _ second: Second, capacity: Int = 16, failure: MergeFailureMode = .afterOthers,
    onFailure: @escaping @Sendable (MergeError.Failure) -> Void = { _ in }
) -> AsyncMergeSequence<First.Element, MergeError>
where First.Element: Sendable, First.Element == Second.Element {
    AsyncMergeSequence([MergeInput(first), MergeInput(second)], capacity: capacity, failure, onFailure)
}
