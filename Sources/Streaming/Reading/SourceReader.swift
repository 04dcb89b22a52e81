/// How one reading of a source ended.
enum SourceOutcome: Sendable, Equatable {
    case finished, stopped
    /// The run has as many records as it was asked for.
    case limitReached
    case failed(String, isPermanent: Bool)
}

/// Reads one source once, on the executor that it needs.
struct SourceReader: Sendable {
    let source: any Source
    let outlet: SourceOutlet
    /// Where its task runs; nil is the cooperative pool.
    let executor: (any TaskExecutor)?

    init(source: any Source, outlet: SourceOutlet) {
        self.source = source
        self.outlet = outlet
        executor = source.blocks ? outlet.executor("source") : source.executor
    }

    func read() async -> SourceOutcome {
        do {
            try await source.run(from: outlet.anchor, into: outlet)
            return .finished
        } catch is SourceOutlet.LimitReached {
            return .limitReached
        } catch {
            // Clients have errors of their own for being cancelled.
            if error is CancellationError || Task.isCancelled { return .stopped }
            return .failed("\(error)", isPermanent: error is any PermanentFailure)
        }
    }
}
