import Records
import Testing

@testable import Streaming

/// Runs one waiting stage between two buffers; what comes out is described in words.
struct StageBench: Sendable {
    let input: AsyncBuffer
    let output = AsyncBuffer(capacity: Load(records: 100_000, bytes: .max / 4))
    private let stage: any WaitingStage
    private let steps: [any Step]

    init(_ stage: any WaitingStage, steps: [any Step] = [], flow: Flow? = nil) {
        input = AsyncBuffer(capacity: Load(records: 1000, bytes: .max / 4), flow: flow)
        self.stage = stage
        self.steps = steps
    }

    func run() async throws { try await stage.run(input, Emitter(steps: steps, next: output)) }

    /// The next thing that comes out.
    func next() async throws -> String {
        switch try await output.take() {
        case .records(let records): "\(Items.numbers(records))"
        case .control(.batchEnd): "batch end"
        case .control(.tick): "tick"
        case .control(.roundEnd): "round end"
        case .control(.opened(let slot, let name, _)): "opened \(name) as \(slot)"
        case .control(.closed(let slot)): "closed \(slot)"
        case .control(.forgotten(let name)): "forgotten \(name)"
        case .control(.reached): "reached"
        case .control(.sighted): "sighted"
        case .control(.relieve): "relieve"
        case .control(.drain): "drain"
        case .control(.failures(let failures)): "failed: \(failures.map(\.message).joined(separator: ", "))"
        case .control(.marker(let marker)):
            "marker \(marker.id)"
                + marker.checkpoint.held.sorted { $0.key < $1.key }
                .map { ", \($0.key) holds \(numbers($0.value.added.map(\.json))) from \($0.value.first)" }
                .joined()
        case nil: "end"
        }
    }

    /// What comes out, up to the end.
    func rest() async throws -> [String] {
        var all: [String] = []
        while true {
            let next = try await next()
            if next == "end" { return all }
            all.append(next)
        }
    }

    func mark(_ id: UInt64, kind: Marker.Kind = .periodic) throws {
        try input.put(.marker(Marker(id: id, kind: kind, checkpoint: Checkpoint())))
    }
}

extension FailureRule {
    static func of(
        _ disposal: OnError.Disposal, stage: String = "stage", figures: StageFigures? = nil
    ) -> FailureRule {
        FailureRule(
            stage: stage, disposal: disposal, figures: figures ?? StageFigures(name: stage, kind: "test"),
            now: { 5 })
    }
}
