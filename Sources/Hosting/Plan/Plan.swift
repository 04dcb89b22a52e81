package import Streaming

/// What running a spec over its state would do: what goes on, what starts anew, what is repeated or given up.
package struct Plan: Sendable {
    /// What an edit means for what is delivered.
    package enum Effect: String, Sendable, CaseIterable {
        /// Nothing that was delivered comes again, and nothing is lost.
        case none
        /// Records that were delivered are delivered again, as far as the sources still have them.
        case repeated
        /// Something that the state has or would have had is not delivered.
        case givenUp = "given_up"
    }

    /// One thing that is not as it was.
    package struct Finding: Hashable, Sendable {
        /// `source`, `stage`, `sink` or `records`.
        package let kind: String
        package let name: String
        /// What becomes of it, in a word or two.
        package let fate: String
        package let effect: Effect
        /// What it means, in a sentence.
        package let text: String
    }

    package let pipeline: String
    /// The state that the spec would run over, and whether it is there.
    package let state: StatePlace
    package let hasState: Bool
    /// The process that is using the state now.
    package let user: Int32?
    package let findings: [Finding]
    /// Whether a run would do anything else than go on.
    package let isChange: Bool

    package func findings(_ effect: Effect) -> [Finding] { findings.filter { $0.effect == effect } }
}

extension Plan {
    /// - Parameters:
    ///   - restored: what the state holds; nil for none.
    ///   - realAddress: see `RunEnvironment`.
    package init(
        _ pipeline: Pipeline, over restored: RestoredState?, hashKey: SipHashKey = SipHashKey(0, 0),
        state: StatePlace, user: Int32? = nil,
        realAddress: (_ identity: String) -> String? = { _ in nil }
    ) {
        self.pipeline = pipeline.name
        self.state = state
        self.user = user
        hasState = restored.map { !$0.layout.isEmpty } ?? false
        guard let restored, hasState else {
            findings = []
            isChange = false
            return
        }
        let change = SpecChange(
            pipeline, over: restored, hashKey: hashKey, realAddress: realAddress)
        let edit = Edit(pipeline, change, restored, hashKey)
        findings =
            change.parts.compactMap(edit.finding) + edit.uncovered + change.held.flatMap(edit.findings)
            + (change.isReordered ? [edit.reordered] : [])
        isChange = change.isChange || !findings.isEmpty
    }
}
