import Glibc
import Logging
import Records
import State
import Streaming
import Synchronization

/// Measures `dedup` with `near` over texts of known stories: `sign COUNT`, `run COUNT FOLDER` or `write COUNT`, which prints them
/// for others.
@main struct NearBenchmarks {
    static let similarity = 0.7

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, let count = Int(arguments[1]), count > 1 else {
            print("sign COUNT | run COUNT FOLDER | write COUNT")
            exit(EXIT_FAILURE)
        }
        let writer = StoryWriter(count: count, similarity: similarity)
        do {
            switch arguments[0] {
            case "sign": sign(writer)
            case "write": write(writer)
            default: try await run(writer, in: arguments.count > 2 ? arguments[2] : ".")
            }
        } catch {
            print("\(error)")
            exit(EXIT_FAILURE)
        }
    }

    /// `story<tab>text` for each.
    private static func write(_ writer: StoryWriter) {
        for number in 0..<writer.count { print("\(writer.story(of: number))\t\(writer.text(number))") }
    }

    /// Signatures on one core; the texts are made before.
    private static func sign(_ writer: StoryWriter) {
        var signer = StorySigner(start: SipHash128(key: SipHashKey(1, 2)), similarity: similarity)
        var time = Duration.zero
        var bytes = 0
        var signed = 0
        for start in stride(from: 0, to: writer.count, by: 10_000) {
            var texts = (start..<min(start + 10_000, writer.count)).map(writer.text)
            for index in texts.indices { bytes += texts[index].utf8.count }
            time += Processor.time {
                for index in texts.indices {
                    texts[index].withUTF8 { text in
                        if signer.signature({ $0.add(text) }) != nil { signed += 1 }
                    }
                }
            }
        }
        print("signatures a second of a core  \(Int(Double(signed) / (time / .seconds(1))))")
        print("bytes of a text                \(bytes / writer.count)")
    }

    /// A pipeline that marks each text with its story, over a state in a file.
    private static func run(_ writer: StoryWriter, in folder: String) async throws {
        let path = "\(folder)/near.db"
        for name in [path, path + "-wal", path + "-shm", path + "-notes"] { unlink(name) }
        let store = try SQLiteState(path: path, owner: nil)
        let score = Score(writer)
        let pipeline = Pipeline(
            name: "near",
            sources: [Pipeline.SourceNode(name: "texts", source: TextSource(writer: writer, score: score))],
            stages: [
                Pipeline.StageNode(
                    name: "dedup",
                    operation: NearOperation(
                        NearDuplicates(texts: [[Key("text")]], similarity: similarity, then: .mark),
                        history: .seconds(3 * 86_400), ttl: .seconds(7 * 86_400))),
                Pipeline.StageNode(
                    name: "tap",
                    operation: TapOperation([Pipeline.Target(name: "score", sink: ScoreSink(score: score))]))
            ])
        let clock = ContinuousClock()
        let start = clock.now
        let processor = Processor.now
        let environment = RunEnvironment(logger: Logger(label: "near") { _ in SwiftLogNoOpLogHandler() })
        try await PipelineRun(pipeline, store: store, environment: environment).run()
        let time = start.duration(to: clock.now) / .seconds(1)
        let used = (Processor.now - processor) / .seconds(1)
        store.close()
        var status = stat()
        stat(path, &status)
        print("records a second               \(Int(Double(writer.count) / time))")
        print("records a second of a core     \(Int(Double(writer.count) / used))")
        print("recall                         \(score.recall)")
        print("precision                      \(score.precision)")
        print("bytes of the file a story      \(Double(status.st_size) / Double(score.stories))")
        print("bytes of the file a record     \(Double(status.st_size) / Double(writer.count))")
        print("most resident                  \(Processor.mostResident >> 20) MB")
    }
}

/// Sends the texts as records.
private struct TextSource: Source {
    let writer: StoryWriter
    let score: Score
    var blocks: Bool { true }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let size = 500
        for start in stride(from: 0, to: writer.count, by: size) {
            let origin = outlet.origin()
            var records: [Record] = []
            for number in start..<min(start + size, writer.count) {
                let json = #"{"n":\#(number),"text":"\#(writer.text(number))"}"#
                let (chunk, root) = try JSONParser().parse(json, origin: origin)
                records.append(Record(chunk: chunk, root: root, index: UInt64(number)))
            }
            try await outlet.send(records, then: nil)
            score.report(start + size)
        }
    }
}

/// Whether texts came to the stories that they tell.
private final class Score: Sendable {
    private struct State {
        /// By the story, the one that its first text opened, or was taken for.
        var clusters: [UInt64] = []
        var retold = 0
        var found = 0
        var marked = 0
        var right = 0
        var stories = 0
        var reported = 0
    }

    private let writer: StoryWriter
    private let state: Mutex<State>

    init(_ writer: StoryWriter) {
        self.writer = writer
        var state = State()
        state.clusters = Array(repeating: 0, count: writer.count / 2 + 1)
        self.state = Mutex(state)
    }

    var recall: Double { state.withLock { Double($0.found) / Double(max(1, $0.retold)) } }
    var precision: Double { state.withLock { Double($0.right) / Double(max(1, $0.marked)) } }
    var stories: Int { state.withLock { max(1, $0.stories) } }

    func add(_ record: borrowing Record) {
        guard let number = record["n"]?.int, let story = record.attachment?.story(at: record.attachmentIndex)
        else {
            return
        }
        let told = writer.story(of: Int(number))
        let isRetold = Int(number) != told
        state.withLock { state in
            let isRight = isRetold && state.clusters[told] == story.number
            if !isRetold { state.clusters[told] = story.number }
            if isRetold { state.retold += 1 }
            if story.isFirst { state.stories += 1 } else { state.marked += 1 }
            if isRight, !story.isFirst {
                state.found += 1
                state.right += 1
            }
        }
    }

    /// Says how much memory there is with each tenth of the texts.
    func report(_ sent: Int) {
        let isDue = state.withLock { state in
            guard sent >= state.reported + writer.count / 10 else { return false }
            state.reported = sent
            return true
        }
        if isDue { print("after \(sent)  \(Processor.resident >> 20) MB resident") }
    }
}

private struct ScoreSink: Sink {
    let score: Score

    func open(_ opening: SinkOpening) async throws {}
    func write(_ records: [Record]) async throws -> [Refusal] {
        for record in records { score.add(record) }
        return []
    }
    func checkpoint() async throws -> SinkPosition? { nil }
    func close() async {}
}
