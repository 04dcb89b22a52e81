import Records
import Streaming
import Synchronization

/// Parses blocks of a file on threads of their own while the next ones are read, and gives them back in their order.
///
/// What waits here has not been given to the pipeline yet, so it is bounded: by the number of blocks, and by their bytes
/// where lines are long.
struct JSONLinesParsing {
    /// A block that has been parsed, and which one it is.
    struct Piece: Sendable {
        let number: Int
        let block: ParsedBlock
    }

    typealias Group = ThrowingTaskGroup<Piece, any Error>

    /// Blocks of a line or two are parsed sooner where they are.
    private static let smallBlock = 32 << 10
    /// More threads than that are not kept busy by one that reads.
    private static let maximumThreads = 8

    private let lines: JSONLines
    private let executors: [any TaskExecutor]
    private var added = 0
    private var taken = 0
    private var waitingBytes = 0
    private var ready: [Int: ParsedBlock] = [:]

    init(lines: JSONLines, outlet: SourceOutlet) {
        self.lines = lines
        // A thread for each core, though what reads and what follows in the pipeline want one too: whoever has nothing to do
        // leaves its core to the others. One core parses where it reads.
        let threads = outlet.cores > 1 ? min(outlet.cores, JSONLinesParsing.maximumThreads) : 0
        executors = (0..<threads).map { outlet.executor("parsing-\($0)") }
    }

    /// Whether a block has to be taken before the next one is added.
    var isFull: Bool {
        added - taken >= 2 * executors.count
            || waitingBytes >= 2 * executors.count * JSONLinesReader.defaultBlockSize
    }

    mutating func add(_ block: consuming JSONLinesBlock, from origin: Origin, _ group: inout Group) {
        let number = added
        added += 1
        waitingBytes += block.byteCount
        if executors.isEmpty
            || (ready.count == number - taken && block.byteCount < JSONLinesParsing.smallBlock)
        {
            ready[number] = lines.parse(block, origin: origin)
            return
        }
        let handed = HandedBlock(block)
        group.addTask(executorPreference: executors[number % executors.count]) { [lines] in
            Piece(number: number, block: lines.parse(handed.take(), origin: origin))
        }
    }

    /// The next block in order; nil when all were taken.
    mutating func next(_ group: inout Group) async throws -> ParsedBlock? {
        while ready[taken] == nil, let piece = try await group.next() { ready[piece.number] = piece.block }
        guard let block = ready.removeValue(forKey: taken) else { return nil }
        taken += 1
        waitingBytes -= block.byteCount
        return block
    }
}

/// A block on its way into another task, which takes it once.
private final class HandedBlock: Sendable {
    private let block: Mutex<JSONLinesBlock?>

    init(_ block: consuming JSONLinesBlock) { self.block = Mutex(block) }

    func take() -> JSONLinesBlock {
        guard let block = block.withLock({ $0.take() }) else { preconditionFailure("a block is parsed once") }
        return block
    }
}
