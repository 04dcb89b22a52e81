/// One node of a program as code.
typealias Step = @Sendable (inout Frame) -> Value

// Safe because a value that a program keeps lies in its constants, which never change after compilation; all others stay
// within the one call that evaluates.
extension Value: @unchecked Sendable {}
extension Text: @unchecked Sendable {}

/// A node after lowering.
struct Lowered {
    let step: Step
    /// The value, when it is the same for every record.
    let constant: Value?

    init(_ step: @escaping Step) {
        self.step = step
        constant = nil
    }

    init(constant: Value) {
        step = { _ in constant }
        self.constant = constant
    }
}
