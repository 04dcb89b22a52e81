import Fetching
import Logging
import Pacing
import PipelineSpec
import Records
import Streaming
import Synchronization

import class CEL.EvaluationContext
import enum CEL.OwnedValue
import class CEL.Program

/// Books calls before they are made, and corrects what was booked when it is known what they have cost.
struct CallMeter: Sendable {
    private let rule: BudgetRule
    /// What is booked for a call.
    private let amount: Double
    private let cost: Program?
    private let context: EvaluationContext
    /// What the budget is known by.
    private let name: [String]
    private let whenSpent: CallBudget.WhenSpent
    private let text: String
    private let settlements = Settlements()
    private let said = Said()

    /// What has been said in the log.
    private final class Said: Sendable {
        let until = Mutex(Int64.min)
        let strange = Mutex(false)
    }

    /// - Parameter origin: of the server; nil where records name it.
    init(_ budget: CallBudget, origin: String?, _ context: BuildContext) throws {
        let period = budget.calls?.period ?? budget.period
        rule = BudgetRule(
            limit: budget.calls.map { Double($0.count) } ?? budget.limit ?? 0,
            period: max(1, period.wholeSeconds))
        amount = budget.most ?? 1
        cost = try budget.cost.map { try context.compile($0.value.source) }
        self.context = context[EvaluationContextKey.self]
        // Calls and costs do not add up, nor do costs of different kinds.
        name = [budget.name ?? origin ?? "", budget.cost?.value.text ?? ""]
        whenSpent = budget.whenSpent
        text = budget.text
    }

    private func key(_ book: CallBook) -> CallKey {
        var hash = SipHash128(key: book.hashKey)
        for part in ["budget"] + name { hash.add(Array(part.utf8)) }
        return CallKey(hash)
    }

    /// Books a call, which may have to wait for that.
    ///
    /// - Returns: where it is booked. ``end()`` is to be called when what it has cost is noted.
    /// - Throws: ``BudgetSpent``, `CancellationError`; then nothing is booked.
    func book(_ opening: TransformOpening, _ clock: FetchClock) async throws -> Int64 {
        while true {
            try Task.checkCancellation()
            let book = opening.calls
            let settled = await settlements.count
            let booking = try await book.write([.booking(budget: key(book), rule, amount: amount)])[0]
            switch booking {
            case .booked(let slot)?:
                await settlements.begin()
                return slot
            case .spent(let until)?:
                // Calls that cost less than was booked for them give the rest back.
                if await settlements.wait(beyond: settled) { continue }
                let left = max(1, until.subtractingReportingOverflow(book.now).partialValue)
                note(until, left, opening.logger)
                guard whenSpent == .wait else { throw BudgetSpent(text: text, passes: whenSpent == .pass) }
                // The history's clock may leap.
                try await clock.sleep(.seconds(min(left, 3600)))
            case nil: preconditionFailure("a booking is answered")
            }
        }
    }

    /// A call that was booked has ended.
    func end() async { await settlements.end() }

    private func note(_ until: Int64, _ left: Int64, _ logger: Logger) {
        let isNew = said.until.withLock { said in
            defer { said = max(said, until) }
            return until > said
        }
        guard isNew else { return }
        let next =
            switch whenSpent {
            case .wait: "records wait"
            case .pass: "records go on as they are"
            case .fail: "records fail"
            }
        logger.notice("the budget of \(text) is spent; \(next) for \(Duration.seconds(left).text)")
    }

    /// What is to be noted of a request that was answered with a failure: one that is paid for by its answer costs
    /// nothing.
    func refund(slot: Int64, _ book: CallBook) -> CallNote? {
        cost == nil ? nil : .settlement(budget: key(book), slot: slot, difference: -amount)
    }

    /// What is to be noted of an answer.
    ///
    /// - Parameter seen: the record with the answer over it.
    func settlement(slot: Int64, of seen: borrowing Record, _ opening: TransformOpening) -> CallNote? {
        guard let cost else { return nil }
        guard case .success(let value) = cost.value(of: seen, in: context),
            let spent = CallMeter.amount(value)
        else {
            sayOnce("an answer does not tell its `cost`; `most` is counted for it", opening.logger)
            return nil
        }
        if spent > amount {
            sayOnce(
                "a call has cost \(spent), and `most` is \(amount): the budget may be exceeded",
                opening.logger)
        }
        return .settlement(budget: key(opening.calls), slot: slot, difference: spent - amount)
    }

    private static func amount(_ value: OwnedValue) -> Double? {
        let number: Double? =
            switch value {
            case .int(let value): Double(value)
            case .uint(let value): Double(value)
            case .double(let value): value
            default: nil
            }
        return number.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }

    private func sayOnce(_ text: String, _ logger: Logger) {
        let isNew = said.strange.withLock { said in
            defer { said = true }
            return !said
        }
        if isNew { logger.warning("\(text)") }
    }
}

/// There is nothing left to pay a call with.
struct BudgetSpent: Error, CustomStringConvertible {
    let text: String
    /// Whether records go on without an answer.
    let passes: Bool

    var description: String { "the budget of \(text) is spent" }
}
