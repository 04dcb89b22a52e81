package import PipelineSpec
package import Records
import Streaming

/// The way of dead letters to their file: nothing is opened or made before the first comes.
actor DeadLetterSink: Sink {
    private enum Phase {
        case closed
        /// Nothing was to be undone, and nothing has been written yet.
        case waiting(SinkOpening)
        case open
    }

    private let file: any Sink
    /// Finishes what was begun with the file when no run had it.
    private let prepare: @Sendable (SinkPosition) throws -> Void
    private var phase = Phase.closed

    nonisolated var blocks: Bool { file.blocks }

    init(file: any Sink, prepare: @escaping @Sendable (SinkPosition) throws -> Void) {
        self.file = file
        self.prepare = prepare
    }

    func open(_ opening: SinkOpening) async throws {
        if let position = opening.position { try prepare(position) }
        guard opening.position == nil, opening.notes.isEmpty else {
            try await file.open(opening)
            phase = .open
            return
        }
        phase = .waiting(opening)
    }

    func write(_ records: [Record]) async throws -> [Refusal] {
        if case .waiting(let opening) = phase {
            try await file.open(opening)
            phase = .open
        }
        return try await file.write(records)
    }

    func checkpoint() async throws -> SinkPosition? {
        if case .open = phase { try await file.checkpoint() } else { nil }
    }

    func close() async {
        if case .open = phase { await file.close() }
        phase = .closed
    }
}

extension Record {
    /// The record without the values that a redactor knows.
    func redacted(_ redactor: Redactor) throws -> Record {
        var output = OutputBuffer()
        output.append(self)
        let text = String(decoding: output.bytes, as: UTF8.self)
        guard redactor.isMentioned(in: text) else { return self }
        var builder = ChunkBuilder()
        builder.value(JSON(self).redacted(redactor, numbers: true))
        let (chunk, roots) = try builder.finish(origin: self.chunk.origin)
        return Record(chunk: chunk, root: roots[0], index: index)
    }
}

extension JSON {
    /// The value without the values that a redactor knows, in its names as well.
    ///
    /// - Parameter numbers: whether numbers may be such values, too; figures are not.
    package func redacted(_ redactor: Redactor, numbers: Bool = false) -> JSON {
        switch self {
        case .string(let text): .string(redactor.redact(text))
        case .array(let elements): .array(elements.map { $0.redacted(redactor, numbers: numbers) })
        case .object(let object):
            .object(
                JSONObject(
                    object.map {
                        (redactor.redact($0.name), $0.value.redacted(redactor, numbers: numbers))
                    }))
        case .int, .double: numbers && redactor.isMentioned(in: text) ? .string(Redactor.mark) : self
        case .null, .bool: self
        }
    }
}
