import PipelineSpec
import Records
import Streaming

import struct CEL.Allowance
import class CEL.EvaluationContext
import class CEL.Program

/// Sets fields to the values of expressions.
struct SetMap: Transform {
    static let component = MapComponent(
        "set", "Sets fields to the values of CEL expressions.",
        details: """
            Every expression sees the record as it was before the stage. A path such as `content.words` sets a field \
            within an object, which is made where it is absent. The expressions of a stage share the limit of what one \
            may cost, and a stage makes no more than 16 MB of a record.
            """,
        produces: .feedItem, fields: .writesKeys,
        value: Field<FieldMap<TargetPath, Expression>>(
            "fields", "Field path to expression.",
            example: "{ slug: 'title.lowerAscii()', content.words: 'size(content.text.split(\" \"))' }")
    ) { context, fields in try SetMap(fields, context) }

    struct Value: Sendable {
        let field: FieldPath
        let program: Program
    }

    let values: [Value]
    let context: EvaluationContext

    init(_ fields: FieldMap<TargetPath, Expression>, _ context: BuildContext) throws {
        values = try fields.entries.map { entry in
            Value(field: entry.path.path, program: try context.compile(entry.value.source))
        }
        self.context = context[EvaluationContextKey.self]
    }

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        try set(seeing: record, in: record, &edit)
    }

    /// Sets the fields of a record.
    ///
    /// - Parameter seen: the record as the expressions see it, which may be more.
    func set(seeing seen: borrowing Record, in record: borrowing Record, _ edit: inout RecordEdit) throws {
        // Values are made first: an optional without value sets nothing, which has to be known before its key is
        // written.
        var results = ChunkBuilder()
        var isSet: [Bool] = []
        var allowance = Allowance()
        let limit = RecordGrowth.limit(for: record)
        for value in values {
            isSet.append(
                try value.program.append(seen, in: context, to: &results, spending: &allowance))
            guard results.byteCount <= limit else { throw RecordTooLarge(making: limit) }
        }
        let (chunk, roots) = try results.finish(origin: record.chunk.origin)
        var changes = FieldChanges()
        var next = roots.startIndex
        for (value, isSet) in zip(values, isSet) where isSet {
            let node = chunk.node(at: roots[next])
            changes.add(value.field, .write { $0.copy(node) })
            next += 1
        }
        try withExtendedLifetime(chunk) { try changes.apply(to: record, &edit) }
    }
}
