import Diagnostics
import PipelineSpec
import Records

import struct CEL.JSONSchema

/// The JSON Schema of an answer: a file, or the schema itself.
enum AnswerSchema: FieldValue {
    case file(String)
    case inline(JSONLiteral)

    /// The most bytes of a file.
    private static let limit = 1 << 20

    static var typeDescription: String { "the path of a JSON Schema, or a mapping that is one" }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<AnswerSchema>], _ reader: inout SpecReader
    ) -> AnswerSchema? {
        if node.pairs != nil { return JSONLiteral.read(node, [], &reader).map(AnswerSchema.inline) }
        return String.read(node, [.filePath], &reader).map(AnswerSchema.file)
    }

    static func schema(_ constraints: [Constraint<AnswerSchema>]) -> JSONLiteral {
        ["anyOf": [String.schema([.filePath]), ["type": "object"]]]
    }

    /// - Throws: ``UnusableSchema``.
    func load(_ context: BuildContext) throws -> JSONSchema {
        switch self {
        case .inline(let literal): return try JSONSchema(try JSON(parsing: literal.text()))
        case .file(let path):
            do {
                let file = try ReadableFile(path: context.resolve(path), as: .file)
                return try JSONSchema(try JSON(parsing: try file.readAll(limit: AnswerSchema.limit)))
            } catch {
                throw UnusableSchema(path: path, reason: "\(error)")
            }
        }
    }
}

/// A schema file that answers cannot be checked with.
struct UnusableSchema: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "the schema '\(path)' cannot be used: \(reason)" }
}
