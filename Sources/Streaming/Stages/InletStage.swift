import Records

/// Where the sources have been merged: lets records into the chain, counts what passes and makes the markers of the
/// checkpoints.
struct InletStage: WaitingStage {
    let tracker: PositionTracker
    let mode: Pipeline.Mode
    let flow: Flow
    let window: CheckpointWindow
    /// A marker is due after this many records even if the time has not come, which bounds what is held for it; nil
    /// where nothing is held.
    let recordsBetweenMarkers: Int?
    /// What the last run had read and not let into the chain.
    let restored: RestoredHold
    /// Inputs of the stages that fill batches.
    let batchInputs: [AsyncBuffer]
    /// Whether a stage decides when a full chain has room again, which may be in days.
    let holdsBack: Bool
    /// What the first checkpoint of the run stores besides.
    let opening: Checkpoint
    let readings: Readings
    let time: HistoryTime
    let run: RunFigures
    /// Whether the run is to end and another one to go on.
    let isHandingOver: @Sendable () -> Bool

    /// What the inlet holds is stored under this name; no stage of a spec has it.
    static let identity = ".inlet"

    /// Bytes of the records that are let in at once, if they are several.
    fileprivate var runBytes: Int { flow.budget / 64 }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        var passage = Passage(self, input: input, emit: emit)
        try await passage.run()
        emit.finish()
    }

    /// One run's way through the inlet.
    private struct Passage {
        let inlet: InletStage
        let input: AsyncBuffer
        let emit: Emitter
        var tracker: PositionTracker
        var opening: Checkpoint?
        /// Records that count for the positions of their sources and are not in the chain yet: a checkpoint has to
        /// have them, for no source gives them again.
        var held: Hold
        /// Of `mode: batch`.
        var collected: [Record] = []
        var sighted: [Int64: Int64] = [:]
        /// Nothing is let in any more.
        var isClosed = false

        init(_ inlet: InletStage, input: AsyncBuffer, emit: Emitter) {
            self.inlet = inlet
            self.input = input
            self.emit = emit
            tracker = inlet.tracker
            opening = inlet.opening
            held = Hold(inlet.restored)
        }

        mutating func run() async throws {
            try await letInHeld()
            while let element = try await input.take() {
                switch consume element {
                case .records(let records): try await take(consume records)
                case .control(.opened(let slot, let identity, let position)):
                    tracker.opened(identity, slot: slot, at: position)
                case .control(.reached(let slot, let position)): tracker.reached(position, slot: slot)
                case .control(.closed(let slot)): tracker.closed(slot: slot)
                case .control(.forgotten(let identity)): tracker.forgot(identity)
                case .control(.sighted(let reading)): sight(reading)
                case .control(.roundEnd):
                    try await letInCollected()
                    // Nobody knows when the next round brings what is missing in a batch.
                    if inlet.mode == .batch { try await emit.control(.drain) }
                case .control(.tick):
                    _ = inlet.flow.takeTick()
                    if inlet.mode == .stream || collected.isEmpty { try await markIfDue() }
                case .control(let control): try await emit.control(control)
                }
            }
            try await letInCollected()
            try await end()
        }

        private mutating func take(_ records: consuming [Record]) async throws {
            guard inlet.mode == .stream else {
                tracker.passed(records)
                collected += records
                return
            }
            // What stages make of records counts when they have made it, so few bytes are let in at a time.
            if records.count > 1, input.inHands.bytes > inlet.runBytes {
                var rest = Hold()
                rest.append(records)
                while !rest.isEmpty {
                    try await letIn(rest.take(Load(records: rest.count, bytes: inlet.runBytes)))
                }
            } else {
                try await letIn(records)
            }
            if let bound = inlet.recordsBetweenMarkers, tracker.recordsSinceMarker >= bound {
                try await inlet.window.waitForRoom()
                try await mark(.periodic)
            }
        }

        private mutating func letInCollected() async throws {
            held.append(collected)
            collected = []
            try await letInHeld()
        }

        /// Lets in what is held, in pieces: what still waits is part of the checkpoints that are made meanwhile.
        private mutating func letInHeld() async throws {
            while !held.isEmpty {
                try await waitForRoom()
                if isClosed { return }
                try await emit.records(
                    held.take(Load(records: max(1, input.capacity.records / 2), bytes: inlet.runBytes)))
            }
        }

        /// Lets in records that nobody knows of yet; until the chain has room, their source could give them again.
        private mutating func letIn(_ records: consuming [Record]) async throws {
            if records.isEmpty { return }
            try await waitForRoom()
            tracker.passed(records)
            if isClosed {
                held.append(records)
            } else {
                try await emit.records(consume records)
            }
        }

        /// Waits until the chain has room, and makes checkpoints meanwhile. A run that ends does not wait for a stage
        /// that holds back; what has been read is then left to the next run.
        private mutating func waitForRoom() async throws {
            while !isClosed, inlet.flow.gate != .open {
                if inlet.holdsBack, inlet.isHandingOver() {
                    isClosed = true
                    break
                }
                if inlet.flow.gate == .fullOfBatches {
                    for input in inlet.batchInputs { try? input.put(.relieve) }
                }
                if inlet.flow.takeTick() { try await markIfDue() }
                try await inlet.flow.wait { gate, _ in gate != .open }
            }
        }

        private mutating func sight(_ reading: Int64) {
            let now = inlet.time.now
            inlet.readings.renew(reading, at: now)
            sighted[reading] = now
        }

        private mutating func markIfDue() async throws {
            guard inlet.window.hasRoom else { return }
            let hasMoved = inlet.flow.takeMoved()
            guard hasMoved || tracker.hasMoved || !sighted.isEmpty else { return }
            try await mark(.periodic)
        }

        private mutating func mark(_ kind: Marker.Kind) async throws {
            inlet.window.opened()
            inlet.run.holdAtInlet(held.count + collected.count)
            var marker = tracker.marker(kind)
            inlet.run.beganCheckpoint(marker.id)
            if let opening {
                marker.checkpoint.add(opening)
                self.opening = nil
            }
            if let change = held.change() { marker.checkpoint.held[InletStage.identity] = change }
            marker.checkpoint.sightings = sighted
            marker.checkpoint.clock = inlet.time.stored
            sighted = [:]
            try await emit.control(.marker(marker))
        }

        /// The sources are done: the chain empties at its own pace, or what it holds is left to the next run.
        private mutating func end() async throws {
            if !inlet.isHandingOver() {
                try await emit.control(.drain)
                while !inlet.flow.isEmpty, !inlet.isHandingOver() {
                    if inlet.flow.takeTick() { try await markIfDue() }
                    try await inlet.flow.wait { _, isEmpty in !isEmpty }
                }
            }
            try await mark(inlet.isHandingOver() ? .handOver : .end)
        }
    }
}

extension Checkpoint {
    /// Adds what a run stores with its first checkpoint; what stands here already counts.
    fileprivate mutating func add(_ opening: Checkpoint) {
        sources.merge(opening.sources) { moved, _ in moved }
        held.merge(opening.held) { changed, _ in changed }
        sinks.merge(opening.sinks) { answered, _ in answered }
        rates.merge(opening.rates) { changed, _ in changed }
        layout = opening.layout
    }
}
