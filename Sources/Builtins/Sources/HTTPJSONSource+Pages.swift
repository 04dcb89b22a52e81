import Fetching
import PipelineSpec
import Records
import Streaming

import class CEL.EvaluationContext
import struct CEL.EvaluationError
import class CEL.Program

/// Finds the next page.
struct HTTPJSONPages: Sendable {
    private enum Way: Sendable {
        case none, link
        case count(parameter: String, first: Int)
        case cursor(RecordExpression, parameter: String)
    }

    private let way: Way

    /// - Throws: ``WebAPIError/badOptions(_:)`` when two ways are given.
    init(_ options: HTTPJSONNext?, _ context: BuildContext) throws {
        switch (options?.page, options?.cursor) {
        case (nil, nil): way = options?.link == false ? .none : .link
        case (let parameter?, nil): way = .count(parameter: parameter, first: options?.from ?? 1)
        case (nil, let cursor?):
            way = .cursor(try RecordExpression(cursor, context), parameter: options?.parameter ?? "cursor")
        case (_?, _?):
            throw WebAPIError.badOptions("'next' of 'http_json' takes 'page' or 'cursor', not both")
        }
    }

    /// What is added to the address of the first page.
    var firstQuery: [(name: String, value: String)] {
        if case .count(let parameter, let first) = way { [(parameter, "\(first)")] } else { [] }
    }

    /// - Returns: nil after the last page.
    func next(after page: JSONPage, _ response: FetchResponse) throws -> WebURL? {
        switch way {
        case .none: return nil
        case .link: return response.link("next")
        case .count(let parameter, let first):
            let number = response.url.query(parameter).flatMap { Int($0) } ?? first
            return response.url.setting(query: [(parameter, "\(number + 1)")])
        case .cursor(let cursor, let parameter):
            let place = "\(response.url)"
            guard page.node.kind == .object else {
                throw WebAPIError.unexpected(place: place, wanted: "an object to take the cursor from")
            }
            let record = Record(chunk: page.chunk, root: page.root, index: 0)
            guard let value = try cursor.value(of: record), !value.isEmptyCursor else { return nil }
            let text = value.parameterText
            guard text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("/") else {
                return response.url.setting(query: [(parameter, text)])
            }
            guard let target = response.url.resolving(text), target.origin == response.url.origin else {
                throw WebAPIError.unexpected(place: place, wanted: "a next page at the same server")
            }
            return target
        }
    }
}

/// An expression over a record, evaluated to plain data.
struct RecordExpression: Sendable {
    private let program: Program
    private let context: EvaluationContext

    init(_ expression: Expression, _ context: BuildContext) throws {
        program = try context.compile(expression.source)
        self.context = context[EvaluationContextKey.self]
    }

    /// Nil when a field that it needs is absent.
    func value(of record: Record) throws -> JSON? {
        var builder = ChunkBuilder()
        do {
            guard try program.append(record, in: context, to: &builder) else { return nil }
        } catch {
            guard error.kind == .missingField else { throw error }
            return nil
        }
        let (chunk, roots) = builder.finish(origin: record.chunk.origin)
        return withExtendedLifetime(chunk) { roots.first.map { JSON(chunk.node(at: $0)) } }
    }
}

extension JSON {
    /// The value as it stands in a query.
    var parameterText: String { string ?? text }

    /// What APIs send instead of a cursor when there is no more.
    var isEmptyCursor: Bool { isNull || self == .string("") || self == .bool(false) }
}
