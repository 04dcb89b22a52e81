internal import Foundation
internal import Records
internal import Streaming

/// How the elements of a pipeline stand in the records of the engine.
enum Elements<Element: Sendable>: Sendable {
    /// Each in one record.
    case single(@Sendable (Records.Record) throws -> Element)
    /// Each in a batch of them.
    case batch(@Sendable ([Records.Record]) throws -> Element)

    var isBatch: Bool {
        if case .batch = self { true } else { false }
    }

    /// - Parameter unit: a record, or the records of a batch.
    func element(of unit: [Records.Record]) throws -> Element {
        switch self {
        case .single(let decode): try decode(unit[0])
        case .batch(let decode): try decode(unit)
        }
    }
}

extension Elements where Element == Record {
    static var records: Elements { .single { Record($0) } }
}

extension Elements where Element: Codable {
    static var values: Elements {
        .single { record in try Record(record).decode(as: Boxed<Element>.self).value }
    }
}

/// A value as the one field of an object, for not every value is one.
private struct Boxed<Value: Codable>: Codable {
    let value: Value
}

extension Records.Record {
    /// Another record in the place of this one: with its number and what the engine remembers of it.
    func replaced(by record: Record) throws -> Records.Record {
        var builder = ChunkBuilder()
        builder.copy(record.base)
        let (chunk, roots) = try builder.finish(origin: chunk.origin)
        return Records.Record(self, movedTo: chunk, root: roots[0])
    }

    /// A value in the place of this record.
    func replaced(by value: some Codable) throws -> Records.Record {
        try replaced(by: try Record(encoding: Boxed(value: value)))
    }
}
