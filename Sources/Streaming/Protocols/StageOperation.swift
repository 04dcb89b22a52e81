/// What a stage does: each kind is a type of its own, beside the step or the waiting stage that it becomes.
package protocol StageOperation: Sendable {
    /// The word for the kind in a spec.
    var kind: String { get }

    /// What happens to a record that fails here where the spec does not say it.
    var defaultOnError: OnError { get }

    /// Makes the running part of the chain.
    func build(_ context: inout StageContext) throws -> StagePart
}

extension StageOperation {
    package var defaultOnError: OnError { OnError(then: .deadLetter) }
}
