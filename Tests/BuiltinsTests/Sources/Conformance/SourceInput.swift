import Foundation
import PipelineSpec
import Records
import Streaming
import Synchronization
import TestSupport

@testable import Builtins

/// The input of one source, five records long, and the state of the pipeline that reads it.
final class SourceInput: Sendable {
    enum Behaviour: Sendable {
        case whole
        /// A reading fails after some of the records, or before all of them where they come at once.
        case breaksOff
        /// A reading comes half way, arrives at ``stall``, and hears no more.
        case hangs
    }

    struct Outcome {
        var ids: [String] = []
        var failure: String?
        var state = SourceFigures.State.waiting
    }

    let kind: SourceKind
    /// Where a reading arrives that hangs.
    let stall = Gate()
    private let store = Mutex(MemoryStore(isDurable: true))
    private let folder: Folder
    private let server: ScriptedServer
    private let harness: SourceHarness
    private let fake = FakeSource()

    private init(_ kind: SourceKind, _ server: ScriptedServer, _ harness: SourceHarness) throws {
        self.kind = kind
        self.server = server
        self.harness = harness
        folder = try Folder()
        try behave(.whole)
    }

    static func of(_ kind: SourceKind, _ body: (SourceInput) async throws -> Void) async throws {
        try await SourceHarness.run { server, harness in
            try await body(try SourceInput(kind, server, harness))
        }
    }

    func behave(_ behaviour: Behaviour) throws {
        let isWhole = behaviour == .whole
        switch kind {
        case .feedFile: try folder.write("feed.xml", FeedText.rss(1, 2, 3, 4, 5))
        case .postsFile: try folder.write("posts.json", cut(ServedPages.posts(1...5), unless: isWhole))
        case .timelineFile:
            try folder.write("timeline.json", cut(ServedPages.statuses(1...5), unless: isWhole))
        case .lines: try writeLines(isWhole: isWhole)
        case .program: try folder.write("program.sh", SourceInput.program(isWhole: isWhole))
        case .generated: break
        case .fake: fake.behaviour.withLock { $0 = (behaviour, stall) }
        default:
            server.otherwise { [kind, stall] request in
                ServedPages(kind: kind, behaviour: behaviour, stall: stall).answer(request)
            }
        }
    }

    /// Another state, as of a pipeline that has never run.
    func forget() { store.withLock { $0 = MemoryStore(isDurable: true) } }

    /// What the state says of the source and its parts.
    var positions: [String: SourcePosition] {
        get { store.withLock { $0 }.restore().sources }
        set {
            var checkpoint = Checkpoint()
            for (name, position) in newValue { checkpoint.sources.updateValue(position, forKey: name) }
            store.withLock { $0 }.commit(checkpoint)
        }
    }

    /// Runs the source once, from where the last run left off.
    ///
    /// - Parameters:
    ///   - limit: stops after so many records.
    ///   - stopping: called when the run has begun; the run is stopped when it returns.
    ///   - onDelivery: called before records are taken.
    func read(
        limit: Int? = nil, stopping: (@Sendable () async -> Void)? = nil,
        onDelivery: @escaping @Sendable () async -> Void = {}
    ) async throws -> Outcome {
        var settings = Pipeline.Settings()
        settings.buffer = 1
        let pipeline = Pipeline(name: "test", settings: settings, sources: [try node()], stages: [])
        let run = PipelineRun(
            pipeline, store: store.withLock { $0 },
            environment: RunEnvironment(logger: SourceHarness.silent, limit: limit))
        let ids = Identifiers()
        let failed = try await withThrowingTaskGroup(of: [String: String]?.self) { group in
            group.addTask {
                try await run.run { records in
                    await onDelivery()
                    ids.add(records.map { JSON($0)["id"]?.text ?? "?" })
                }
            }
            if let stopping {
                group.addTask {
                    await stopping()
                    run.stop()
                    return nil
                }
            }
            var failed: [String: String] = [:]
            for try await outcome in group { failed = outcome ?? failed }
            return failed
        }
        return Outcome(
            ids: ids.all, failure: failed.values.first, state: run.figures.sources[0].state)
    }

    private func node() throws -> Pipeline.SourceNode {
        let address = String(server.url("/").dropLast())
        guard let spec = kind.spec(at: address) else {
            return Pipeline.SourceNode(name: "fake", source: fake, retry: nil)
        }
        let node = try harness.compile([spec], directory: folder.path).sources[0]
        // What follows a failure is for the tests to decide.
        return Pipeline.SourceNode(
            name: node.name, identity: node.identity, source: node.source, retry: nil)
    }

    private func cut(_ text: String, unless isWhole: Bool) -> String {
        isWhole ? text : String(text.prefix(text.count / 2))
    }

    /// Five numbers with a position behind every second one.
    private static func program(isWhole: Bool) -> String {
        #"""
        IFS= read -r start
        place=$(printf '%s\n' "$start" | sed -n 's/^{"start":{"position":\([0-9]*\|null\),.*/\1/p')
        case "$place" in null) place=0 ;; [0-5]) ;; *) echo "no position: $start" >&2; exit 3 ;; esac
        while [ $place -lt \#(isWhole ? 5 : 3) ]; do
            place=$((place + 1))
            echo "{\"record\":{\"id\":$place}}"
            [ $((place % 2)) = 1 ] || echo "{\"position\":$place}"
        done
        \#(isWhole ? "" : "echo broken >&2; exit 1")
        """#
    }

    /// Three lines in one file and two in another, which may be a link to nowhere.
    private func writeLines(isWhole: Bool) throws {
        let (files, items) = (FileManager.default, "\(folder.path)/items")
        try files.createDirectory(atPath: items, withIntermediateDirectories: true)
        if !folder.exists("items/a.jsonl") { try folder.write("items/a.jsonl", lines(1...3)) }
        try? files.removeItem(atPath: "\(items)/b.jsonl")
        if isWhole {
            try folder.write("items/b.jsonl", lines(4...5))
        } else {
            try files.createSymbolicLink(atPath: "\(items)/b.jsonl", withDestinationPath: "nowhere")
        }
    }

    private func lines(_ ids: ClosedRange<Int>) -> String { ids.map { "{\"id\":\($0)}\n" }.joined() }
}

/// What was delivered, in order.
private final class Identifiers: Sendable {
    private let state = Mutex<[String]>([])

    var all: [String] { state.withLock { $0 } }

    func add(_ ids: [String]) { state.withLock { $0 += ids } }
}

/// The simplest source that keeps the promise: five numbers, with an anchor after every second one.
final class FakeSource: Source {
    struct Broken: Error {}
    struct Unreadable: PermanentFailure {}

    let behaviour = Mutex<(SourceInput.Behaviour, Gate)>((.whole, Gate()))

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        var place = 0
        if let anchor {
            guard let stored = Int(anchor.json), (0...5).contains(stored) else { throw Unreadable() }
            place = stored
        }
        let (behaviour, stall) = behaviour.withLock { $0 }
        while place < 5 {
            if place >= 3, behaviour == .breaksOff { throw Broken() }
            if place >= 3, behaviour == .hangs {
                Task { await stall.pass() }
                try await ManualClock().sleep(.seconds(1))
            }
            place += 1
            let (chunk, root) = try JSONParser().parse("{\"id\":\(place)}", origin: outlet.origin())
            try await outlet.send(
                [Record(chunk: chunk, root: root, index: outlet.indexes(1))],
                then: place % 2 == 0 ? Anchor(json: "\(place)") : nil)
        }
    }
}
