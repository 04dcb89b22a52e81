/// The memory of a program's constants and the frame in which they are computed.
///
/// Safe because it is written only while the program is compiled, by one task, and read-only from then on.
final class ConstantPool: @unchecked Sendable {
    private static let foldingBudget = 20_000

    /// What all constants of the program together may cost.
    private var remaining = 200_000

    private let slots: UnsafeMutablePointer<Value>
    var frame: Frame

    init(slotCount: Int) {
        slots = .allocate(capacity: max(1, slotCount))
        slots.initialize(repeating: .null, count: max(1, slotCount))
        frame = Frame(
            base: nil, overlay: nil, chunk: nil, recordIndex: 0, variables: nil, slots: slots, context: nil,
            budget: ConstantPool.foldingBudget)
    }

    deinit { slots.deallocate() }

    func text(_ string: String) -> Text { frame.arena.text(string) }

    /// The value of a step that depends on nothing, unless it fails, asks for the time or takes long.
    func fold(_ step: Step) -> Value? {
        let budget = min(remaining, ConstantPool.foldingBudget)
        frame.refill(budget)
        frame.forgetClock()
        let value = step(&frame)
        remaining -= budget - max(0, frame.budget)
        return value.isFailure || frame.hasReadClock ? nil : value
    }

    /// How such a step fails, if it does.
    func failure(of step: Step) -> (kind: EvaluationError.Kind, detail: String)? {
        frame.refill(ConstantPool.foldingBudget)
        guard case .failure(let failure) = step(&frame) else { return nil }
        return (failure.kind, frame.detail(of: failure))
    }
}
