import PipelineSpec
import Streaming
import Testing

@testable import Hosting

@Suite("A store in which values from outside cannot be read")
struct SealedStoreTests {
    private let base = MemoryStore(isDurable: true)

    private func checkpoint(_ text: String) -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.sources = ["s": SourcePosition(anchor: Anchor(json: text), count: 3), "gone": nil]
        checkpoint.sinks = ["o": SinkPosition(json: text)]
        return checkpoint
    }

    @Test(arguments: [#"{"url":"http://a/hunter2"}"#, #"["HUNTER%32"]"#, #"{"path":"\u0068unter2"}"#])
    func positionsThatHoldAValueAreEncryptedAndComeBack(text: String) throws {
        let store = SealedStore(base, Redactor(["hunter2"]))
        try store.commit(checkpoint(text))
        _ = try store.note(SinkPosition(json: text), sink: "o")
        let stored = base.restore()
        for json in [
            stored.sources["s"]?.anchor?.json, stored.sinks["o"]?.json, stored.notes["o"]?.first?.json
        ] {
            #expect(json?.hasPrefix("sealed:") == true)
        }
        let restored = try store.restore()
        #expect(restored.sources["s"] == SourcePosition(anchor: Anchor(json: text), count: 3))
        #expect(restored.sinks["o"]?.json == text && restored.notes["o"]?.map(\.json) == [text])
        // Also when the value is another one by then.
        #expect(try SealedStore(base, Redactor([String]())).restore().sinks["o"]?.json == text)
    }

    @Test func answersThatHoldAValueAreEncryptedAndComeBack() throws {
        let store = SealedStore(base, Redactor(["hunter2"]))
        let key = CallKey(high: 1, low: 2)
        let answer = StoredAnswer(json: #"{"answer":"hunter2"}"#, time: 1, until: 9)
        #expect(try store.calls.write([.answer(key, answer)], now: 1) == [nil])
        #expect(try base.calls.answer(to: key, now: 1)?.json.hasPrefix("sealed:") == true)
        #expect(try store.calls.answer(to: key, now: 1) == answer)
    }

    @Test func allElseStaysAsItIs() throws {
        let store = SealedStore(base, Redactor(["hunter2"]))
        try store.commit(checkpoint(#"{"url":"http://a/"}"#))
        #expect(base.restore().sinks["o"]?.json == #"{"url":"http://a/"}"#)
    }

    @Test func theSameTextHasTheSameFormAndAnotherKeyDoesNotOpenIt() {
        let seal = TextSeal(SipHashKey(1, 2))
        let closed = seal.close("{}")
        #expect(closed == seal.close("{}") && closed != seal.close("[]"))
        #expect(seal.open(closed) == "{}")
        #expect(TextSeal(SipHashKey(1, 3)).open(closed) == closed)
        for broken in ["sealed:", "sealed:AAAA", "sealed:?", String(closed.dropLast(4))] {
            #expect(seal.open(broken) == broken)
        }
    }
}
