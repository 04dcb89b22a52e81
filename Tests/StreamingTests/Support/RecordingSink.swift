import Records
import Streaming
import Synchronization

/// What a sink has written: it outlives the run, as a file would.
final class Output: Sendable {
    private let runs = Mutex<[[String]]>([])

    /// The runs of records as they were written.
    var written: [[String]] { runs.withLock { $0 } }
    var lines: [String] { written.flatMap(\.self) }

    func append(_ run: [String]) { runs.withLock { $0.append(run) } }
    func cutBack(to count: Int) { runs.withLock { $0.removeLast(max(0, $0.count - count)) } }
    var count: Int { runs.withLock { $0.count } }
}

/// Writes to an ``Output``; put back to its position when it is opened.
struct RecordingSink: Sink {
    let output: Output
    var blocks = false
    var gate: Gate?
    /// Called before each call; throws to make it fail.
    var before: @Sendable (SinkCall) throws -> Void = { _ in }
    /// Why it would not take a record; nil takes it.
    var refuses: @Sendable (Record) -> (reason: String, isFinal: Bool)? = { _ in nil }

    func open(_ opening: SinkOpening) async throws {
        try before(.open(opening.position))
        output.cutBack(to: opening.position.flatMap { Int($0.json) } ?? 0)
    }

    func write(_ records: [Record]) async throws -> [Refusal] {
        await gate?.pass()
        try before(.write(records))
        let refusals = records.enumerated().compactMap { index, record in
            refuses(record).map { Refusal(index: index, reason: $0.reason, isFinal: $0.isFinal) }
        }
        let refused = Set(refusals.map(\.index))
        let taken = records.indices.filter { !refused.contains($0) }.map { Items.text(records[$0]) }
        if !taken.isEmpty { output.append(taken) }
        return refusals
    }

    func checkpoint() async throws -> SinkPosition? {
        try before(.checkpoint)
        return SinkPosition(json: "\(output.count)")
    }

    func close() async { try? before(.close) }
}

enum SinkCall {
    case open(SinkPosition?)
    case write([Record])
    case checkpoint
    case close
}

/// Writes to a new file after every `limit` records, and notes each new file.
actor RollingSink: Sink {
    private let files: Files
    private let limit: Int
    private let before: @Sendable (SinkCall) throws -> Void
    private var journal: (any SinkJournal)?
    private var lengths: [String: Int] = [:]
    private var written = 0

    init(files: Files, limit: Int, before: @escaping @Sendable (SinkCall) throws -> Void = { _ in }) {
        self.files = files
        self.limit = limit
        self.before = before
    }

    /// Lines by the file's name; outlives the run.
    final class Files: Sendable {
        private let contents = Mutex<[String: [String]]>([:])

        subscript(name: String) -> [String] {
            get { contents.withLock { $0[name] ?? [] } }
            set { contents.withLock { $0[name] = newValue } }
        }

        var all: [String: [String]] { contents.withLock { $0.filter { !$0.value.isEmpty } } }
    }

    func open(_ opening: SinkOpening) throws {
        let position = opening.position
        try before(.open(position))
        journal = opening.journal
        var lengths: [String: Int] = [:]
        for note in opening.notes { lengths[note.json] = 0 }
        let parts = position?.json.split(separator: " ") ?? []
        written = parts.first.flatMap { Int($0) } ?? 0
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=")
            lengths[String(pair[0])] = Int(pair[1])
        }
        for (name, length) in lengths { files[name] = Array(files[name].prefix(length)) }
        self.lengths = lengths
    }

    func write(_ records: [Record]) throws -> [Refusal] {
        try before(.write(records))
        for record in records {
            let name = "f\(written / limit)"
            if lengths[name] == nil {
                try journal?.note(SinkPosition(json: name))
                lengths[name] = 0
            }
            files[name].append(Items.text(record))
            written += 1
        }
        return []
    }

    func checkpoint() throws -> SinkPosition? {
        try before(.checkpoint)
        for name in lengths.keys { lengths[name] = files[name].count }
        let current = "f\(written / limit)"
        defer { lengths = lengths.filter { $0.key == current } }
        let stored = lengths.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return SinkPosition(json: (["\(written)"] + stored).joined(separator: " "))
    }

    func close() { try? before(.close) }
}
