package import Records

/// Makes of each record another one, or none, at once: a `map` or `filter` of a Swift program.
package protocol Conversion: Sendable {
    /// - Returns: what goes on in the record's place; nil drops it.
    func convert(_ record: Record) throws -> Record?
}

/// Runs a conversion over the records.
struct ConversionStep: Step {
    let conversion: any Conversion
    let rule: FailureRule

    var figures: StageFigures { rule.figures }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        var failures: [RecordFailure] = []
        var kept = 0
        for index in records.indices {
            do {
                guard let converted = try conversion.convert(records[index]) else { continue }
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
    private let conversion: any Conversion

    /// - Parameter kind: the word for it, such as `map`.
    package init(_ kind: String, _ conversion: any Conversion) {
        self.kind = kind
        self.conversion = conversion
    }

    package func build(_ context: inout StageContext) throws -> StagePart {
        StagePart(ConversionStep(conversion: conversion, rule: context.rule))
    }
}
