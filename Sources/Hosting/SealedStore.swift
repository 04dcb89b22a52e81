import Crypto
import Foundation
import Notation
import PipelineSpec
import Streaming

/// A store in which no value of `${…}` can be read: positions and notes that hold one are encrypted.
///
/// The key is the state's own. That keeps values out of what is looked into, searched or handed on in parts, not from
/// those who have the whole state file and this program; but a position stays good when a value changes that only happens
/// to stand in it, which no key made of the values could do.
struct SealedStore: CheckpointStore {
    private let store: any CheckpointStore
    private let redactor: Redactor
    private let seal: TextSeal

    init(_ store: any CheckpointStore, _ redactor: Redactor) {
        self.store = store
        self.redactor = redactor
        seal = TextSeal(store.hashKey)
    }

    var hashKey: SipHashKey { store.hashKey }
    var isDurable: Bool { store.isDurable }

    func restore() throws -> RestoredState {
        var state = try store.restore()
        for (source, position) in state.sources {
            guard let anchor = position.anchor else { continue }
            state.sources[source]?.anchor = Anchor(json: seal.open(anchor.json))
        }
        state.sinks = state.sinks.mapValues(opened)
        state.notes = state.notes.mapValues { $0.map(opened) }
        return state
    }

    func commit(_ checkpoint: Checkpoint) throws {
        if redactor.isEmpty { return try store.commit(checkpoint) }
        var checkpoint = checkpoint
        for (source, position) in checkpoint.sources {
            guard var position, let anchor = position.anchor, isToBeSealed(anchor.json) else { continue }
            position.anchor = Anchor(json: seal.close(anchor.json))
            checkpoint.sources[source] = position
        }
        checkpoint.sinks = checkpoint.sinks.mapValues { SinkPosition(json: sealed($0.json)) }
        try store.commit(checkpoint)
    }

    func note(_ position: SinkPosition, sink: String) throws -> UInt64 {
        try store.note(SinkPosition(json: sealed(position.json)), sink: sink)
    }

    func syncNotes() throws { try store.syncNotes() }
    func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] { try store.lastSeen(keys) }
    func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]] {
        try store.stories(similarTo: queries)
    }
    func forget(before cutoff: Int64, limit: Int) throws -> Int {
        try store.forget(before: cutoff, limit: limit)
    }
    func tidy() throws { try store.tidy() }

    var calls: any CallStore { SealedCalls(store: store.calls, sealed: sealed) { [seal] in seal.open($0) } }

    /// Nobody looks into what is kept in memory alone.
    private func isToBeSealed(_ text: String) -> Bool {
        store.isDurable && redactor.isMentioned(in: text)
    }

    @Sendable private func sealed(_ text: String) -> String { isToBeSealed(text) ? seal.close(text) : text }

    private func opened(_ position: SinkPosition) -> SinkPosition {
        SinkPosition(json: seal.open(position.json))
    }
}

/// The same for what calls were answered.
private struct SealedCalls: CallStore {
    let store: any CallStore
    let sealed: @Sendable (String) -> String
    let opened: @Sendable (String) -> String

    func answer(to key: CallKey, now: Int64) throws -> StoredAnswer? {
        var answer = try store.answer(to: key, now: now)
        if let json = answer?.json { answer?.json = opened(json) }
        return answer
    }

    func write(_ notes: [CallNote], now: Int64) throws -> [Booking?] {
        let notes = notes.map { note in
            guard case .answer(let key, var answer) = note else { return note }
            answer.json = sealed(answer.json)
            return .answer(key, answer)
        }
        return try store.write(notes, now: now)
    }

    func forgetAnswers(now: Int64, limit: Int) throws -> Int {
        try store.forgetAnswers(now: now, limit: limit)
    }
}

/// Encrypts texts that are JSON; the same text always to the same.
struct TextSeal {
    /// No JSON begins with it.
    private static let mark = "sealed:"

    private let key: SymmetricKey

    init(_ hashKey: SipHashKey) {
        var input = Data("feedspine positions".utf8)
        for word in [hashKey.first, hashKey.second] {
            withUnsafeBytes(of: word.littleEndian) { input.append(contentsOf: $0) }
        }
        key = SymmetricKey(data: SHA256.hash(data: input))
    }

    func close(_ text: String) -> String {
        let data = Data(text.utf8)
        // From the text, so that equal nonces mean equal texts.
        let nonce = Data(HMAC<SHA256>.authenticationCode(for: data, using: key).prefix(12))
        guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
            let box = try? ChaChaPoly.seal(data, using: key, nonce: nonce)
        else { preconditionFailure("a nonce of 12 bytes seals any text") }
        return TextSeal.mark + Base64.encode(Array(box.combined))
    }

    /// The text that was closed; any other as it is, so that whoever reads it says what is wrong.
    func open(_ text: String) -> String {
        guard text.hasPrefix(TextSeal.mark),
            let data = Base64.decode(String(text.dropFirst(TextSeal.mark.count))),
            let box = try? ChaChaPoly.SealedBox(combined: data),
            let opened = try? ChaChaPoly.open(box, using: key)
        else { return text }
        return String(decoding: opened, as: UTF8.self)
    }
}
