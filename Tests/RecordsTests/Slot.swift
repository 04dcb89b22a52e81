import Records
import Synchronization

/// Carries a block, which cannot be copied, into a closure that may run only once.
final class Slot: Sendable {
    private let block: Mutex<JSONLinesBlock?>

    init(_ block: consuming sending JSONLinesBlock) { self.block = Mutex(consume block) }

    func take() -> JSONLinesBlock {
        block.withLock { held in
            guard let block = held.take() else { preconditionFailure("a block was taken twice") }
            return block
        }
    }
}
