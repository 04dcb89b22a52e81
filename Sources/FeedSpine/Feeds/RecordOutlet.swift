internal import Records
package import Streaming

/// The way from a ``RecordSource`` into the pipeline, for the task that reads it.
///
/// ```swift
/// struct Pages: RecordSource {
///     func read(from cursor: String?, into outlet: RecordOutlet) async throws {
///         var page = cursor.flatMap { Int($0) } ?? 0
///         while page < 3 {
///             let records = try (0..<2).map { try Record(json: "{\"page\":\(page),\"place\":\($0)}") }
///             page += 1
///             try await outlet.send(records, then: "\(page)")
///         }
///     }
/// }
/// ```
public struct RecordOutlet: Sendable {
    package let outlet: SourceOutlet

    init(_ outlet: SourceOutlet) { self.outlet = outlet }

    /// Hands records over, in order; suspended while the pipeline is busy.
    ///
    /// ```swift
    /// try await outlet.send([record], then: "page 2")
    /// ```
    ///
    /// - Parameters:
    ///   - records: few enough to be in memory together.
    ///   - cursor: where to go on behind these; nil where there is no place to name yet.
    /// - Throws: when the run is being stopped, or has as much as it wants; let it through.
    public func send(_ records: [Record], then cursor: String? = nil) async throws {
        var rest = records[...]
        while !rest.isEmpty {
            let (sent, count) = try moved(rest)
            rest = rest.dropFirst(count)
            try await outlet.send(sent, then: rest.isEmpty ? cursor.map { Anchor(cursor: $0) } : nil)
        }
        if records.isEmpty, let cursor { try await outlet.send([], then: Anchor(cursor: cursor)) }
    }

    /// Hands one record over; suspended while the pipeline is busy.
    ///
    /// ```swift
    /// try await outlet.send(record, then: "7")
    /// ```
    ///
    /// - Parameter cursor: where to go on behind it; nil where there is no place to name yet.
    /// - Throws: when the run is being stopped, or has as much as it wants; let it through.
    public func send(_ record: Record, then cursor: String? = nil) async throws {
        try await send([record], then: cursor)
    }

    /// Counts and logs an item that cannot be read as a record.
    ///
    /// ```swift
    /// outlet.reject("the date is missing", at: "message 7")
    /// ```
    ///
    /// - Parameters:
    ///   - reason: what is wrong with it.
    ///   - place: where it is, as people would look for it.
    public func reject(_ reason: String, at place: String) {
        outlet.reject(SourceProblem(place: place, message: reason))
    }

    /// Says that there is nothing new before some time has gone by, counted from the beginning of this reading: a pipeline
    /// that polls waits that long, or longer.
    ///
    /// ```swift
    /// outlet.rest(for: .seconds(60))
    /// ```
    public func rest(for time: Duration) { outlet.rest(for: time) }

    /// Bytes that records share: they are in memory as long as one of them is.
    private static let sharedBytes = 1 << 20

    /// The first of the records, with where they came from.
    private func moved(_ records: ArraySlice<Record>) throws -> ([Records.Record], count: Int) {
        var builder = ChunkBuilder()
        var count = 0
        for record in records {
            builder.copy(record.base)
            count += 1
            if builder.byteCount >= RecordOutlet.sharedBytes { break }
        }
        let (chunk, roots) = try builder.finish(origin: outlet.origin())
        let first = outlet.indexes(count)
        return (
            roots.enumerated().map {
                Records.Record(chunk: chunk, root: $0.element, index: first + UInt64($0.offset))
            }, count
        )
    }
}

extension Anchor {
    /// A cursor as the state keeps it.
    init(cursor: String) { self.init(json: JSON.string(cursor).text) }

    /// The cursor. What a built-in source has sent through the outlet of another is one as it stands.
    var cursor: String {
        guard case .string(let text)? = try? JSON(parsing: json) else { return json }
        return text
    }
}
