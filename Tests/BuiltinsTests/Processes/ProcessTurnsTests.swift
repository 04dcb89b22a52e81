import Synchronization
import Testing

@testable import Builtins

@Suite struct ProcessTurnsTests {
    /// Who asks now, and what was ever the case.
    private final class Watch: Sendable {
        private let state = Mutex((alone: 0, together: 0, most: 0, isBroken: false))

        func begin(alone: Bool) {
            state.withLock { state in
                if alone { state.alone += 1 } else { state.together += 1 }
                state.most = max(state.most, state.together)
                state.isBroken = state.isBroken || state.alone > 1 || state.alone == 1 && state.together > 0
            }
        }

        func end(alone: Bool) { state.withLock { if alone { $0.alone -= 1 } else { $0.together -= 1 } } }

        var outcome: (most: Int, isBroken: Bool) { state.withLock { ($0.most, $0.isBroken) } }
    }

    @Test func `whoever goes alone is alone`() async {
        let turns = ProcessTurns()
        let watch = Watch()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let alone = number % 7 == 3
                    try? await turns.take(alone: alone) {
                        watch.begin(alone: alone)
                        for _ in 0..<(number % 5) { await Task.yield() }
                        watch.end(alone: alone)
                    }
                }
            }
        }
        #expect(!watch.outcome.isBroken)
        #expect(watch.outcome.most > 1)
    }
}

@Suite struct LineChannelTests {
    @Test func `lines come in their order and then the end`() async throws {
        let channel = LineChannel()
        let writing = Task {
            for number in 0..<10_000 { await channel.put(Array("\(number)".utf8)) }
            await channel.end()
        }
        var seen: [String] = []
        var most = 0
        while let lines = try await channel.take() {
            seen += lines.map { String(decoding: $0, as: UTF8.self) }
            most = max(most, lines.count)
        }
        await writing.value
        #expect(seen == (0..<10_000).map { "\($0)" })
        #expect(most <= 256)
    }

    @Test func `who reads can be cancelled and who writes goes on`() async throws {
        let channel = LineChannel()
        let reading = Task { try await channel.take() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        await channel.leave()
        for _ in 0..<1000 { await channel.put([0]) }
    }
}
