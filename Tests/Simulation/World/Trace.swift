import Synchronization

/// What happened in a simulated run, as a hash of all of it, and as lines for whoever wants to read them.
final class Trace: Sendable {
    fileprivate struct State {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var lines: [String] = []
        var isPaused = false
    }

    private let state = Mutex(State())
    /// Whether the lines are kept; the hash is the same either way.
    let keepsLines: Bool

    init(keepsLines: Bool) { self.keepsLines = keepsLines }

    var hash: UInt64 { state.withLock { $0.hash } }
    var lines: [String] { state.withLock { $0.lines } }

    /// What happens from now on is no part of it.
    func pause() { state.withLock { $0.isPaused = true } }
    func goOn() { state.withLock { $0.isPaused = false } }

    func note(_ number: UInt64) { state.withLock { $0.mix(number) } }

    func note(_ text: @autoclosure () -> String) {
        let text = text()
        state.withLock { state in
            for byte in text.utf8 { state.mix(UInt64(byte)) }
            if keepsLines { state.lines.append(text) }
        }
    }

    /// Something that others do; of many records the numbers alone.
    func note(_ event: Scenario.Event) {
        guard case .arrive(let items) = event else { return note("\(event)") }
        state.withLock { state in
            for item in items { state.mix(UInt64(item.number << 32 | item.kind)) }
            if keepsLines { state.lines.append("arrive: \(items.map(\.unique).joined(separator: ", "))") }
        }
    }

    /// A call on files: often enough that no text is made of it.
    func note(call number: Int, _ name: String, _ path: String, _ bytes: Int) {
        state.withLock { state in
            state.mix(UInt64(number))
            for byte in name.utf8 { state.mix(UInt64(byte)) }
            for byte in path.utf8 { state.mix(UInt64(byte)) }
            state.mix(UInt64(bytes))
            if keepsLines { state.lines.append("\(number) \(name) \(path) \(bytes)") }
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
    fileprivate mutating func mix(_ number: UInt64) {
        if !isPaused { hash = (hash ^ number) &* 0x0000_0100_0000_01B3 }
    }
}
