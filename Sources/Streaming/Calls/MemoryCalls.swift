import DequeModule
import Synchronization

/// What calls have cost and were answered, for as long as the process lives. Of the answers the last stay, up to a
/// number of bytes.
package final class MemoryCalls: CallStore {
    fileprivate struct Contents {
        var answers: [CallKey: StoredAnswer] = [:]
        /// In the order in which they came; of a key that was answered again the last counts.
        var order: Deque<(key: CallKey, until: Int64)> = []
        var bytes = 0
        var budgets: [CallKey: BudgetWindow] = [:]
    }

    fileprivate static let mostBytes = 32_000_000

    private let contents = Mutex(Contents())

    package init() {}

    package func answer(to key: CallKey, now: Int64) -> StoredAnswer? {
        contents.withLock { $0.answers[key] }.flatMap { $0.until > now ? $0 : nil }
    }

    package func write(_ notes: [CallNote], now: Int64) -> [Booking?] {
        contents.withLock { contents in
            notes.map { note in
                switch note {
                case .booking(let budget, let rule, let amount):
                    return contents.budgets[budget, default: BudgetWindow()].book(amount, by: rule, now: now)
                case .settlement(let budget, let slot, let difference):
                    contents.budgets[budget]?.settle(slot: slot, difference: difference)
                case .answer(let key, let answer): contents.add(answer, to: key)
                }
                return nil
            }
        }
    }

    package func forgetAnswers(now: Int64, limit: Int) -> Int {
        contents.withLock { contents in
            var count = 0
            while count < limit, let first = contents.order.first, first.until <= now {
                contents.removeFirst()
                count += 1
            }
            return count
        }
    }
}

extension MemoryCalls.Contents {
    fileprivate mutating func add(_ answer: StoredAnswer, to key: CallKey) {
        if let old = answers.updateValue(answer, forKey: key) { bytes -= old.json.utf8.count }
        bytes += answer.json.utf8.count
        order.append((key, answer.until))
        while bytes > MemoryCalls.mostBytes, order.count > 1 { removeFirst() }
    }

    fileprivate mutating func removeFirst() {
        let (key, until) = order.removeFirst()
        guard let answer = answers[key], answer.until == until else { return }
        answers[key] = nil
        bytes -= answer.json.utf8.count
    }
}
