/// Hands lines from the task that reads them to another one, which may go away before the lines end.
actor LineChannel {
    /// Lines that wait; more would be of no use, and bytes are bounded as well.
    private static let mostLines = 256
    private static let mostBytes = 1 << 20

    private var lines: [[UInt8]] = []
    private var byteCount = 0
    private var isEnded = false
    private var isLeft = false
    private var reader: CheckedContinuation<Void, Never>?
    private var writer: CheckedContinuation<Void, Never>?

    /// Adds a line, suspended while enough of them wait. When nobody reads any more, lines are forgotten.
    func put(_ line: [UInt8]) async {
        while !isLeft, lines.count >= LineChannel.mostLines || byteCount >= LineChannel.mostBytes {
            await withCheckedContinuation { writer = $0 }
        }
        if isLeft { return }
        lines.append(line)
        byteCount += line.count
        reader.take()?.resume()
    }

    /// No line follows.
    func end() {
        isEnded = true
        reader.take()?.resume()
    }

    /// The lines that have come, at least one; nil at the end.
    ///
    /// - Throws: `CancellationError`.
    func take() async throws -> [[UInt8]]? {
        while lines.isEmpty, !isEnded {
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { reader = $0 }
            } onCancel: {
                Task { await self.wakeReader() }
            }
        }
        try Task.checkCancellation()
        defer {
            lines = []
            byteCount = 0
            writer.take()?.resume()
        }
        return lines.isEmpty ? nil : lines
    }

    /// Nobody reads any more.
    func leave() {
        isLeft = true
        lines = []
        writer.take()?.resume()
    }

    private func wakeReader() { reader.take()?.resume() }
}
