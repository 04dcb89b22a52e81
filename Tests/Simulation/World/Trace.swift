import Synchronization

/// What happened in a simulated run, as a hash of all of it, and as lines for whoever wants to read them.
final class Trace: Sendable {
    fileprivate struct State {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var lines: [String] = []
    }

    private let state = Mutex(State())
    /// Whether the lines are kept; the hash is the same either way.
    let keepsLines: Bool

    init(keepsLines: Bool) { self.keepsLines = keepsLines }

    var hash: UInt64 { state.withLock { $0.hash } }
    var lines: [String] { state.withLock { $0.lines } }

    func note(_ number: UInt64) { state.withLock { $0.mix(number) } }

    func note(_ text: @autoclosure () -> String) {
        let text = text()
        state.withLock { state in
            for byte in text.utf8 { state.mix(UInt64(byte)) }
            if keepsLines { state.lines.append(text) }
        }
    }

    /// Adds a line that is no part of the hash: its words may stand in any order.
    func tell(_ text: @autoclosure () -> String) {
        if keepsLines { note(told: text()) }
    }

    private func note(told text: String) { state.withLock { $0.lines.append(text) } }
}

extension Trace.State {
    /// FNV-1a.
    fileprivate mutating func mix(_ number: UInt64) { hash = (hash ^ number) &* 0x0000_0100_0000_01B3 }
}
