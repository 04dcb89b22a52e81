import PipelineSpec
import Records
import Streaming

import class CEL.EvaluationContext
import struct CEL.JSONSchema
import class CEL.Program

/// What becomes of an answer in its record.
struct AnswerUse: Sendable {
    enum Target: Sendable {
        /// The answer, or the value of an expression over it, goes into a field if it keeps to the schema.
        case field(FieldPath, value: Program?, schema: JSONSchema?)
        case fields(SetMap)
    }

    let target: Target
    let context: EvaluationContext

    /// The record with what is kept of the answer.
    ///
    /// - Throws: ``UnusableAnswer``, or what expressions throw.
    func take(_ reply: HTTPReply, into record: Record) throws -> Record {
        switch target {
        case .fields(let map):
            let seen = reply.laid(over: record)
            return try record.edited { try map.set(seeing: seen, in: record, &$0) }
        case .field(let path, nil, let schema):
            return try put(reply.node, at: path, in: record, schema)
        case .field(let path, let value?, let schema):
            var builder = ChunkBuilder()
            guard try value.append(reply.laid(over: record), in: context, to: &builder) else {
                throw UnusableAnswer.noValue
            }
            let (chunk, roots) = try builder.finish(origin: record.chunk.origin)
            return try withExtendedLifetime(chunk) {
                try put(chunk.node(at: roots[0]), at: path, in: record, schema)
            }
        }
    }

    private func put(
        _ node: Node, at path: FieldPath, in record: Record, _ schema: JSONSchema?
    ) throws -> Record {
        if let mismatch = schema?.mismatch(of: JSON(node)) {
            throw UnusableAnswer.mismatch(
                mismatch, quote: OneLine.text(Array(node.text), limit: HTTPAnswer.longestQuote))
        }
        return try record.edited { edit in
            var changes = FieldChanges()
            changes.add(path, .write { $0.copy(node) })
            try changes.apply(to: record, &edit)
        }
    }
}

/// An answer of which nothing can be kept.
enum UnusableAnswer: Error, CustomStringConvertible {
    case noValue
    case mismatch(JSONSchema.Mismatch, quote: String)

    var description: String {
        switch self {
        case .noValue: "the expression of `value` has no value for the answer"
        case .mismatch(let mismatch, let quote):
            "the answer does not keep to `schema`: \(mismatch): \(quote)"
        }
    }
}
