import Feeds
import Logging
import PipelineSpec
import Records
import State
import Streaming

/// Shows the newest items as a feed.
///
/// What is true is what the checkpoint stores, the items themselves; the file only shows it, and is written anew where it
/// shows anything else. So it costs what the items cost that are shown, however many there have been.
actor FeedSink: PublishingSink {
    /// What is shown, and how.
    struct Display: Sendable {
        var format: WrittenFormat
        var head: FeedHead
        var items: Int
        var size: Int
        var order: FeedWindow.Order
        var key: FieldPath
    }

    private let owner: String
    private let pipeline: String
    private let path: String
    private let display: Display
    private let calls: any FileCalls
    private let registry: OutputRegistry
    private var window: FeedWindow
    private var arrivals = FeedArrivals(after: 0)
    /// Nil while it is not open.
    private var file: ExchangedFile?

    nonisolated var blocks: Bool { true }

    nonisolated var publication: Publication {
        Publication(
            path: path, mediaType: display.format.mediaType, pipeline: display.head.pipeline, calls: calls)
    }

    init(
        owner: String = "a feed sink", pipeline: String = "", path: String, display: Display,
        calls: any FileCalls = Files.calls, registry: OutputRegistry = .process
    ) {
        self.owner = owner
        self.pipeline = pipeline
        self.path = path
        self.display = display
        self.calls = calls
        self.registry = registry
        window = FeedWindow(limit: display.items, size: display.size, order: display.order)
    }

    func open(_ opening: SinkOpening) throws {
        do {
            let claim = try registry.claim(path, owner: owner, of: pipeline)
            guard case .file(let real) = RealPath.place(of: path, calls) else {
                throw FeedSinkError.noFile(path: path)
            }
            let file = try ExchangedFile(
                path: String(decoding: real, as: UTF8.self), claim: claim, owner: owner, registry: registry,
                calls: calls)
            self.file = file
            window = FeedWindow(limit: display.items, size: display.size, order: display.order)
            if let position = opening.position { try window.restore(position) }
            arrivals = FeedArrivals(after: window.lastTurn)
            try makeFolders(for: file.path, calls)
            if !calls.isWritable(parent(of: file.path)) {
                throw FileError(path: file.path, doing: "make a file beside it")
            }
            file.tidy()
            try show(opening.logger)
        } catch {
            close()
            throw error
        }
    }

    func write(_ records: [Record]) throws -> [Refusal] {
        var refusals: [Refusal] = []
        for (index, record) in records.enumerated() {
            if let reason = put(record) { refusals.append(Refusal(index: index, reason: reason)) }
        }
        return refusals
    }

    func checkpoint() throws -> SinkPosition? {
        guard let file, window.isChanged else { return nil }
        let bytes = FeedWriter.write(display.head, window.newest(), as: display.format)
        if file.isChanged { _ = try occupant(of: file) }
        try file.replace(with: bytes)
        _ = window.takeChange()
        return window.stored
    }

    func close() { file = nil }

    /// Why the record is not taken; nil when it is.
    private func put(_ record: borrowing Record) -> String? {
        guard let node = display.key.node(in: record), !node.isNull else {
            return "it has no `\(display.key)`, by which an item of a feed is known"
        }
        let id = node.plainText
        let arrival = arrivals.arrival(of: record)
        guard let item = WrittenItem(record, id: id) else {
            return "its `\(display.key)` is empty, and an item of a feed is known by it"
        }
        let size = item.size
        guard size <= display.size else {
            return "its texts have \(size) bytes, more than the \(display.size) that a feed may have (`size`)"
        }
        window.put(item, arrival)
        return nil
    }

    /// Brings the file to what the last checkpoint left. There is none before the first item.
    private func show(_ logger: Logger) throws {
        guard let file else { return }
        let found = try occupant(of: file)
        if window.isEmpty {
            if found != nil {
                logger.notice(
                    "\(file.path): the state does not know the items that it shows; they go when the first new one comes"
                )
            }
            return
        }
        let bytes = FeedWriter.write(display.head, window.newest(), as: display.format)
        if let found, try found.size() == bytes.count, try found.bytes(from: 0, count: bytes.count) == bytes {
            return
        }
        try file.replace(with: bytes)
        logger.notice("\(file.path): did not show what the last checkpoint left, and was written anew")
    }

    /// What stands at the path, if that is this sink's to replace.
    ///
    /// - Throws: ``FeedSinkError``.
    private func occupant(of file: ExchangedFile) throws -> FileContent? {
        guard let content = try file.occupant(), try content.size() > 0 else { return nil }
        let name = display.head.pipeline
        switch WrittenFeedMark(start: try content.bytes(from: 0, count: WrittenFeedMark.size), pipeline: name)
        {
        case .pipeline(name): return content
        case .pipeline(let other): throw FeedSinkError.otherPipeline(path: file.path, name: other)
        case .none: throw FeedSinkError.foreign(path: file.path)
        }
    }
}

extension WrittenItem {
    fileprivate init?(_ record: borrowing Record, id: String) {
        let record = copy record
        self.init(id: id) { record[$0] }
    }
}
