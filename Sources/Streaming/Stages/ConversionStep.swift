package import Records

/// Makes of each record another one, or none, at once: a `map` or `filter` of a Swift program.
struct ConversionStep: Step {
    /// What goes on in a record's place; nil drops it.
    let convert: @Sendable (Record) throws -> Record?
    let rule: FailureRule

    var figures: StageFigures { rule.figures }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        var failures: [RecordFailure] = []
        var kept = 0
        for index in records.indices {
            do {
                guard let converted = try convert(records[index]) else { continue }
                records[kept] = converted
                kept += 1
            } catch {
                if let failure = try rule.dispose(records[index], because: "\(error)") {
                    failures.append(failure)
                }
            }
        }
        records.removeLast(records.count - kept)
        return failures
    }
}

/// A conversion as a stage.
package struct ConversionOperation: StageOperation {
    package let kind: String
    private let convert: @Sendable (Record) throws -> Record?

    /// - Parameters:
    ///   - kind: the word for it, such as `map`.
    ///   - convert: gives what goes on in a record's place; nil drops it.
    package init(_ kind: String, _ convert: @escaping @Sendable (Record) throws -> Record?) {
        self.kind = kind
        self.convert = convert
    }

    package func build(_ context: inout StageContext) throws -> StagePart {
        StagePart(ConversionStep(convert: convert, rule: context.rule))
    }
}
