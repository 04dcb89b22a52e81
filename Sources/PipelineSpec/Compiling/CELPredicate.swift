import CEL
import Records
import Streaming

/// A condition of a spec.
struct CELPredicate: Predicate {
    let program: Program
    let context: EvaluationContext

    func match(_ record: borrowing Record) -> Match {
        switch program.matches(record, in: context) {
        case .matched: .matched
        case .notMatched: .notMatched
        case .missing(let field): .missing(field)
        case .failed(let error): .failed("\(error)")
        }
    }
}

/// A part of a record's identity: the value of an expression.
struct CELIdentification: Identification {
    let program: Program
    let context: EvaluationContext

    func identify(_ record: borrowing Record, into hash: inout SipHash128) -> Bool {
        guard case .success(var text?) = program.identity(of: record, in: context) else {
            hash.update(0)
            return false
        }
        text.withUTF8 { hash.update($0) }
        hash.update(1)
        return true
    }
}

/// Several parts together; a record has an identity when one of them is there.
struct CombinedIdentification: Identification {
    let parts: [any Identification]

    func identify(_ record: borrowing Record, into hash: inout SipHash128) -> Bool {
        var found = false
        for part in parts where part.identify(record, into: &hash) { found = true }
        return found
    }
}
