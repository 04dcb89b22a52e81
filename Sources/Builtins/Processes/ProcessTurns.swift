/// Who may ask a program now: many at the same time, or one alone, whose record may have ended it before.
///
/// Those that go alone come first, so that it is soon known which of them it was.
actor ProcessTurns {
    private var asking = 0
    private var isOneAlone = false
    /// Those that wait to go alone.
    private var suspects = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Does something when its turn has come.
    ///
    /// - Throws: `CancellationError`, what `body` throws.
    func take<Result: Sendable>(
        alone: Bool, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        if alone { suspects += 1 }
        while alone ? asking > 0 : isOneAlone || suspects > 0 {
            await withCheckedContinuation { waiting.append($0) }
            // Who asks ends when the run does, and wakes those that wait.
            guard Task.isCancelled else { continue }
            if alone { suspects -= 1 }
            wake()
            throw CancellationError()
        }
        if alone {
            suspects -= 1
            isOneAlone = true
        }
        asking += 1
        defer {
            asking -= 1
            if alone { isOneAlone = false }
            wake()
        }
        return try await body()
    }

    private func wake() {
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume() }
    }
}
