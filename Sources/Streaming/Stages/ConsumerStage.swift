import Buffering
package import Records
import Synchronization

/// Where the end of a chain meets the one task that iterates over it.
///
/// Asking for the next unit acknowledges the one before: until then it is part of every checkpoint, so that after a
/// crash it comes again.
package final class Handover: Sendable {
    private struct State {
        var units = UnitHold(isBatched: false)
        var input: AsyncBuffer?
        /// Whether the consumer has the first unit and has not asked past it.
        var isHanded = false
        var isEnded = false
        /// Whether what is held is the next run's.
        var isClosed = false
        var consumer: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Acknowledges the unit before and waits for the next; nil at the end, and when the task is cancelled.
    package func next() async -> [Record]? {
        acknowledge()
        while !Task.isCancelled {
            let (unit, isEnded) = state.withLock { state in
                let unit = state.isClosed ? nil : state.units.unit()
                if unit != nil { state.isHanded = true }
                return (unit, state.isEnded || state.isClosed)
            }
            if unit != nil || isEnded { return unit }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let waits = state.withLock { state in
                        guard !state.units.hasUnit, !state.isEnded, !state.isClosed, !Task.isCancelled
                        else { return false }
                        state.consumer = continuation
                        return true
                    }
                    if !waits { continuation.resume() }
                }
            } onCancel: {
                wake { _ in }
            }
        }
        return nil
    }

    private func acknowledge() {
        let (input, load) = state.withLock { state in
            guard state.isHanded, !state.isClosed else { return (nil as AsyncBuffer?, Load.none) }
            state.isHanded = false
            return (state.input, Load(state.units.removeUnit()))
        }
        input?.release(load)
    }

    fileprivate func open(_ restored: RestoredHold, isBatched: Bool, input: AsyncBuffer) {
        wake { state in
            state.units = UnitHold(restored, isBatched: isBatched)
            state.input = input
        }
    }

    fileprivate func append(_ records: [Record]) { wake { $0.units.append(records) } }
    fileprivate func endBatch() { wake { $0.units.endBatch() } }
    fileprivate func change() -> HeldChange? { state.withLock { $0.units.change() } }
    fileprivate func close() { wake { $0.isClosed = true } }
    fileprivate var count: Int { state.withLock { $0.units.count } }

    /// Nothing more comes. What has not been handed over is left to the next run.
    package func end() { wake { $0.isEnded = true } }

    private func wake(_ change: (inout State) -> Void) {
        let consumer = state.withLock { state in
            change(&state)
            return state.consumer.take()
        }
        consumer?.resume()
    }
}

/// The last stage of a chain that a program iterates over.
struct ConsumerStage: WaitingStage {
    let handover: Handover
    let isBatched: Bool
    /// What it held at the last checkpoint.
    let restored: RestoredHold
    /// The stage's identity in stored form.
    let identity: String
    let rule: FailureRule

    var holdsBack: Bool { true }

    func prepare(_ input: AsyncBuffer) {
        input.keep(restored.load)
        handover.open(restored, isBatched: isBatched, input: input)
    }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        rule.figures.count(in: restored.count, out: 0)
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                rule.figures.count(in: records.count, out: 0)
                input.keep(Load(records))
                handover.append(records)
            case .control(.batchEnd): handover.endBatch()
            case .control(.marker(var marker)):
                // What is held then is the next run's, and stays as it is.
                if marker.kind == .handOver { handover.close() }
                if let change = handover.change() { marker.checkpoint.held[identity] = change }
                try await emit.control(.marker(marker))
            case .control(let control): try await emit.control(control)
            }
            rule.figures.hold(handover.count)
        }
        emit.finish()
    }
}

/// The end of a chain that a program iterates over.
package struct ConsumerOperation: StageOperation {
    package var kind: String { "iteration" }
    private let handover: Handover

    package init(_ handover: Handover) { self.handover = handover }

    package func build(_ context: inout StageContext) throws -> StagePart {
        StagePart(
            ConsumerStage(
                handover: handover, isBatched: context.isBatched, restored: try context.restoredHold(),
                identity: context.identity, rule: context.rule))
    }
}
