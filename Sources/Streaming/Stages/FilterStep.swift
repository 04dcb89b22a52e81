import Logging
import Records

/// Keeps the records that match.
struct FilterStep: Step {
    private let predicate: any Predicate
    private let when: (any Predicate)?
    let rule: FailureRule
    private let logger: Logger

    init(predicate: any Predicate, when: (any Predicate)?, rule: FailureRule, logger: Logger) {
        self.predicate = when.map { ConditionalPredicate(when: $0, predicate: predicate) } ?? predicate
        self.when = when
        self.rule = rule
        self.logger = logger
    }

    var figures: StageFigures { rule.figures }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        var failures = try rule.removeUndecided(&records, when: when)
        var missing: (count: Int, field: String) = (0, "")
        var kept = 0
        // Through a span, a record is looked at without counting a reference.
        var span = records.mutableSpan
        for index in span.indices {
            switch predicate.match(span[index]) {
            case .matched:
                if kept != index { span.swapAt(kept, index) }
                kept += 1
            case .notMatched: break
            case .missing(let field): missing = (missing.count + 1, field)
            case .failed(let message):
                if let failure = try rule.dispose(span[index], because: message) {
                    failures.append(failure)
                }
            }
        }
        records.removeLast(records.count - kept)
        warn(missing)
        return failures
    }

    /// Says once that a field is absent: often a misspelling.
    private func warn(_ missing: (count: Int, field: String)) {
        guard missing.count > 0, figures.countMissing(missing.count) == missing.count else { return }
        logger.warning(
            "stage '\(rule.stage)': field '\(missing.field)' is absent from a record; such records are dropped"
        )
    }
}

/// A predicate that counts only for records that fulfil a condition; all others match.
private struct ConditionalPredicate: Predicate {
    let when: any Predicate
    let predicate: any Predicate

    func match(_ record: borrowing Record) -> Match {
        when.match(record) == .matched ? predicate.match(record) : .matched
    }
}

/// `filter`: lets only those records through for which a condition holds.
package struct FilterOperation: StageOperation {
    package let predicate: any Predicate
    package let kind: String

    /// - Parameter kind: the word for it where it is another stage that drops records.
    package init(_ predicate: any Predicate, kind: String = "filter") {
        self.predicate = predicate
        self.kind = kind
    }

    package func build(_ context: inout StageContext) throws -> StagePart {
        StagePart(
            FilterStep(
                predicate: predicate, when: context.node.when, rule: context.rule,
                logger: context.environment.logger))
    }
}
