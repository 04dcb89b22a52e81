import Records
import Streaming
import Synchronization

/// Sends numbered items in runs, with anchors now and then, and fails where it is told to.
final class ScriptedSource: Source {
    let texts: [String]
    /// Records in each run.
    let run: Int
    /// Runs from one anchor to the next; nil names none.
    let anchorEvery: Int?
    /// Items before which the first so many attempts fail.
    private let failures: Mutex<[Int: [any Error & Sendable]]>
    private let attempts = Mutex<[Anchor?]>([])
    private let gate: Gate?

    init(
        _ texts: [String], run: Int = 3, anchorEvery: Int? = nil,
        failures: [Int: [any Error & Sendable]] = [:], gate: Gate? = nil
    ) {
        self.texts = texts
        self.run = run
        self.anchorEvery = anchorEvery
        self.failures = Mutex(failures)
        self.gate = gate
    }

    convenience init(
        count: Int, run: Int = 3, anchorEvery: Int? = nil, failures: [Int: [any Error & Sendable]] = [:],
        gate: Gate? = nil
    ) {
        self.init(
            (0..<count).map { "{\"n\":\($0)}" }, run: run, anchorEvery: anchorEvery, failures: failures,
            gate: gate)
    }

    /// From where it was read, each time.
    var readings: [Anchor?] { attempts.withLock { $0 } }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        attempts.withLock { $0.append(anchor) }
        await gate?.pass()
        var place = anchor.flatMap { Int($0.json) } ?? 0
        var runs = 0
        while place < texts.count {
            if let error = failures.withLock({ $0[place]?.popLast() }) { throw error }
            let failing = failures.withLock {
                $0.filter { !$0.value.isEmpty }.keys.filter { $0 > place }.min()
            }
            let end = min(place + run, failing ?? texts.count, texts.count)
            let records = try Items.records(
                Array(texts[place..<end]), origin: outlet.origin(), from: UInt64(place))
            place = end
            runs += 1
            let anchored = anchorEvery.map { runs % $0 == 0 } ?? false
            try await outlet.send(records, then: anchored ? Anchor(json: "\(place)") : nil)
        }
    }
}

/// A source written as a closure.
struct ClosureSource: Source {
    var blocks = false
    let body: @Sendable (Anchor?, SourceOutlet) async throws -> Void

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws { try await body(anchor, outlet) }
}
