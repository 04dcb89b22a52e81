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

/// Runs a transform over the records, their changes in one shared chunk.
struct MapStep: Step {
    let transform: any Transform
    let when: (any Predicate)?
    let rule: FailureRule

    var figures: StageFigures { rule.figures }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        var edit = RecordEdit()
        var failed: [Int] = []
        var failures: [RecordFailure] = []
        for index in records.indices {
            if let when, when.match(records[index]) != .matched { continue }
            edit.begin(index)
            do {
                try transform.transform(records[index], &edit)
            } catch {
                edit.abandon()
                failed.append(index)
                if let failure = try rule.dispose(records[index], because: "\(error)") {
                    failures.append(failure)
                }
            }
        }
        edit.apply(to: &records)
        records.remove(at: failed)
        return failures
    }
}
