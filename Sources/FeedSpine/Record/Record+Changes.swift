internal import Foundation
internal import Records

extension Record {
    /// Sets a field, or puts another value in its place.
    ///
    /// ```swift
    /// var record = try Record(json: #"{"title":"Hello"}"#)
    /// try record.set("words", to: 1)
    /// try record.set("author", to: ["name": "Ada"])
    /// ```
    ///
    /// - Parameters:
    ///   - field: one of the record itself; of what is within a field all is set.
    ///   - value: as JSON.
    /// - Throws: ``RecordError`` when the value has no encoding as JSON.
    public mutating func set(_ field: String, to value: some Encodable) throws(RecordError) {
        base.set(Key(field), to: try overlayValue(of: value))
    }

    /// Takes a field away; one that is not there is left alone.
    ///
    /// ```swift
    /// record.remove("words")
    /// ```
    public mutating func remove(_ field: String) { base.remove(Key(field)) }

    private func overlayValue(of value: some Encodable) throws(RecordError) -> Overlay.Value {
        // Most values are one of these, and an encoder costs a hundred times as much.
        switch value {
        case let text as String: try built { $0.string(text) }
        case let number as Int: try built { $0.int(Int64(number)) }
        case let number as Double where number.isFinite: try built { $0.double(number) }
        case let truth as Bool: try built { $0.bool(truth) }
        default: try parsed(value)
        }
    }

    private func built(_ write: (inout ChunkBuilder) -> Void) throws(RecordError) -> Overlay.Value {
        var builder = ChunkBuilder()
        write(&builder)
        do {
            let (chunk, roots) = try builder.finish(origin: base.chunk.origin)
            return Overlay.Value(chunk: chunk, index: roots[0])
        } catch {
            throw RecordError(reason: "\(error)")
        }
    }

    private func parsed(_ value: some Encodable) throws(RecordError) -> Overlay.Value {
        do {
            let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
            let (chunk, root) = try JSONParser().parse(text, origin: base.chunk.origin)
            return Overlay.Value(chunk: chunk, index: root)
        } catch {
            throw RecordError(reason: "a value cannot be written as JSON: \(error)")
        }
    }
}
