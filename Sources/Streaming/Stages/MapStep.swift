import Records

extension Array {
    /// Removes the elements at indexes that rise.
    mutating func remove(at indexes: [Int]) {
        guard var kept = indexes.first else { return }
        var next = 0
        for index in kept..<count {
            if next < indexes.count, indexes[next] == index {
                next += 1
            } else {
                swapAt(kept, index)
                kept += 1
            }
        }
        removeLast(indexes.count)
    }
}

/// Runs a transform over the records, the changes of many in one shared chunk.
struct MapStep: Step {
    let transform: any Transform
    let when: (any Predicate)?
    let rule: FailureRule

    var figures: StageFigures { rule.figures }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        let undecided = try rule.removeUndecided(&records, when: when)
        var errors: [(index: Int, message: String)] = []
        var start = 0
        while start < records.count {
            var edit = RecordEdit()
            let (end, found) = transform(records, from: start, &edit)
            if edit.isBroken {
                errors += transformOneByOne(&records, start..<end)
            } else {
                edit.apply(to: &records, from: records[start].chunk.origin)
                errors += found
            }
            start = end
        }
        let failures = try errors.compactMap { try rule.dispose(records[$0.index], because: $0.message) }
        records.remove(at: errors.map(\.index))
        return undecided + failures
    }

    /// What records share is in memory as long as one of them is.
    private static let sharedBytes = 1 << 20

    /// Collects the changes of records with one origin in one edit, until it is large enough or broken.
    ///
    /// - Returns: where it ended, and the records that failed.
    private func transform(
        _ records: [Record], from start: Int, _ edit: inout RecordEdit
    ) -> (end: Int, [(index: Int, message: String)]) {
        var errors: [(index: Int, message: String)] = []
        // Through a span, a record is looked at without counting a reference.
        let span = records.span
        for index in start..<span.count {
            if span[index].chunk.origin !== span[start].chunk.origin { return (index, errors) }
            if let message = attempt(on: span[index], at: index, &edit) { errors.append((index, message)) }
            if edit.isBroken || edit.bytes.all >= MapStep.sharedBytes { return (index + 1, errors) }
        }
        return (span.count, errors)
    }

    /// Gives each record an edit of its own: one that broke while a value was being written would take the changes
    /// of the others with it.
    ///
    /// - Returns: the records that failed; they are unchanged.
    private func transformOneByOne(_ records: inout [Record], _ range: Range<Int>) -> [(
        index: Int, message: String
    )] {
        var errors: [(index: Int, message: String)] = []
        for index in range {
            var edit = RecordEdit()
            if let message = attempt(on: records[index], at: index, &edit) {
                errors.append((index, message))
            } else {
                edit.apply(to: &records, from: records[index].chunk.origin)
            }
        }
        return errors
    }

    /// - Returns: why the record cannot be mapped, or nil.
    private func attempt(on record: borrowing Record, at index: Int, _ edit: inout RecordEdit) -> String? {
        if let when, when.match(record) != .matched { return nil }
        edit.begin(index)
        do {
            try transform.transform(record, &edit)
            if edit.isTooLarge { return "\(ChunkTooLarge())" }
            guard let refusal = RecordGrowth.refusal(of: record, making: edit.bytes.own) else { return nil }
            edit.breakOff()
            return "\(refusal)"
        } catch {
            edit.abandon()
            return "\(error)"
        }
    }
}

/// `map`: changes every record.
package struct MapOperation: StageOperation {
    package let transform: any Transform

    package var kind: String { "map" }

    package init(_ transform: any Transform) { self.transform = transform }

    package func build(_ context: inout StageContext) throws -> StagePart {
        StagePart(MapStep(transform: transform, when: context.node.when, rule: context.rule))
    }
}
