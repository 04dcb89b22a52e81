import Streaming

/// Sees to it that what several records ask at the same time is asked once.
actor SharedCalls {
    private typealias Answer = Result<HTTPReply, any Error>

    /// Who waits for a call that is under way; nil is told where whoever made it was stopped.
    private var underWay: [CallKey: [CheckedContinuation<Answer?, Never>]] = [:]

    /// The answer to a call: that of the call of the same key which is under way, or what `ask` gives.
    func answer(
        to key: CallKey, _ ask: @Sendable () async throws -> HTTPReply
    ) async throws -> HTTPReply {
        while underWay[key] != nil {
            let answer = await withCheckedContinuation { underWay[key]?.append($0) }
            if let answer { return try answer.get() }
            try Task.checkCancellation()
        }
        underWay[key] = []
        let answer: Answer
        do { answer = .success(try await ask()) } catch { answer = .failure(error) }
        let isStopped = if case .failure(is CancellationError) = answer { true } else { false }
        for waiting in underWay.removeValue(forKey: key) ?? [] {
            waiting.resume(returning: isStopped ? nil : answer)
        }
        return try answer.get()
    }
}
