/// What an edit of a spec means for the state that it runs over: what goes on, what starts anew, what becomes of the
/// records that were held. The engine goes by it, and `plan` shows it.
package struct SpecChange: Sendable {
    /// What becomes of a source, a stage or a sink.
    package enum Fate: Hashable, Sendable {
        case goesOn
        /// It goes on with what the state has under an old identity.
        case carriedOver(from: String)
        case startsAnew
        /// The spec has it no longer; the state keeps what it knows.
        case gone
    }

    package struct Part: Hashable, Sendable {
        package let kind: LayoutEntry.Kind
        package let name: String
        /// In stored form.
        package let identity: String
        package let fate: Fate
    }

    /// Where the records that a stage held, or had given up and is to get again, go on.
    package struct Held: Hashable, Sendable {
        package enum Entry: Hashable, Sendable {
            /// In the stage that held them.
            case stage
            /// Behind a stage, by its place in the spec.
            case behind(Int)
            /// At the beginning of the chain.
            case beginning
        }

        /// In stored form.
        package let stage: String
        package let name: String
        package let count: Int
        package let entry: Entry
        /// Whether that is in their stage or, where they are replayed, in front of it.
        package let isInPlace: Bool
        /// Sinks that have the records, although they go through a tap of them on their way now; they do not get them
        /// again. By identity in stored form.
        package let had: Set<String>
    }

    /// Those of the spec in its order, then those that are gone.
    package let parts: [Part]
    package let held: [Held]
    /// The spec's parts as the state is to know them.
    package let layout: [LayoutEntry]
    /// Whether the state has been used before.
    package let isFirstRun: Bool
    /// Whether the stages that stay stand in another order.
    package let isReordered: Bool

    /// Whether anything is not as it was when the state was last used.
    package var isChange: Bool {
        !isFirstRun
            && (isReordered || parts.contains { $0.fate != .goesOn }
                || held.contains { !$0.isInPlace || !$0.had.isEmpty })
    }

    /// - Parameter realAddress: the identity of a file by its path without links; nil for what is no single file.
    package init(
        _ pipeline: Pipeline, over restored: RestoredState, hashKey: SipHashKey,
        realAddress: (_ identity: String) -> String? = { _ in nil }
    ) {
        let old = restored.layout
        layout = SpecChange.layout(of: pipeline, hashKey)
        let known = Set(old.map(\.key))
        let present = Set(layout.map(\.key))
        let was = SpecChange.formerNames(of: pipeline, hashKey)
        // A first run that died before its first checkpoint has left no layout, but what its sinks noted.
        let noted = restored.notes.keys.sorted().map { LayoutEntry(kind: .sink, identity: $0, name: $0) }
        let left = (old + noted.filter { !known.contains($0.key) }).filter { !present.contains($0.key) }
        let files = Dictionary(
            left.compactMap { entry -> (LayoutEntry.Key, LayoutEntry)? in
                guard entry.kind != .stage else { return nil }
                return realAddress(entry.identity).map { (LayoutEntry.Key(entry.kind, $0), entry) }
            }, uniquingKeysWith: { first, _ in first })
        /// What an entry was that the state does not know under its identity.
        func former(_ entry: LayoutEntry) -> LayoutEntry? {
            if let name = was[entry.key],
                let match = left.first(where: { $0.kind == entry.kind && $0.isCalled(name) })
            {
                return match
            }
            if files.isEmpty { return nil }
            return realAddress(entry.identity).flatMap { files[LayoutEntry.Key(entry.kind, $0)] }
        }
        var parts: [Part] = []
        var claimed: Set<LayoutEntry.Key> = []
        // A sink stands there once for each tap that writes to it.
        var seen: Set<LayoutEntry.Key> = []
        for entry in layout where seen.insert(entry.key).inserted {
            var fate = Fate.startsAnew
            if known.contains(entry.key) {
                fate = .goesOn
            } else if let match = former(entry), claimed.insert(match.key).inserted {
                fate = .carriedOver(from: match.identity)
            }
            parts.append(Part(kind: entry.kind, name: entry.name, identity: entry.identity, fate: fate))
        }
        for entry in old where !claimed.contains(entry.key) && seen.insert(entry.key).inserted {
            parts.append(Part(kind: entry.kind, name: entry.name, identity: entry.identity, fate: .gone))
        }
        self.parts = parts
        isFirstRun = old.isEmpty
        let stages = layout.filter { $0.kind == .stage }.map(\.identity)
        let before = old.filter { $0.kind == .stage }.map(\.identity)
        isReordered = stages.filter(before.contains) != before.filter(stages.contains)
        let taps = pipeline.stages.map { Set($0.targets.map { $0.identity.stored(hashKey) }) }
        held = SpecChange.held(restored, old: old, stages: stages, taps: taps, carried: parts)
    }

    /// Stages, by what they are called in the state, whose records go on elsewhere.
    var stagesLeft: Set<String> { Set(held.lazy.filter { $0.entry != .stage }.map(\.stage)) }

    /// The sources that go on under another identity, by that.
    var sourcesCarriedOver: Set<String> {
        Set(
            parts.lazy.compactMap { part in
                if part.kind == .source, case .carriedOver = part.fate { part.identity } else { nil }
            })
    }

    private static func layout(of pipeline: Pipeline, _ key: SipHashKey) -> [LayoutEntry] {
        var layout = pipeline.sources.map {
            LayoutEntry(kind: .source, identity: $0.identity.stored(key), name: $0.name)
        }
        for stage in pipeline.stages {
            layout.append(
                LayoutEntry(
                    kind: .stage, identity: stage.identity.stored(key), name: stage.name,
                    isConditional: stage.when != nil))
            for target in stage.targets {
                layout.append(
                    LayoutEntry(kind: .sink, identity: target.identity.stored(key), name: target.name))
            }
        }
        return layout
    }

    private static func formerNames(
        of pipeline: Pipeline, _ key: SipHashKey
    ) -> [LayoutEntry.Key: String] {
        var was: [LayoutEntry.Key: String] = [:]
        func add(_ kind: LayoutEntry.Kind, _ identity: Identity, _ former: String?) {
            if let former { was[LayoutEntry.Key(kind, identity.stored(key))] = former }
        }
        for source in pipeline.sources { add(.source, source.identity, source.was) }
        for stage in pipeline.stages {
            // The keys of a `dedup` are those of its expressions: others have nothing to carry over.
            if !(stage.operation is any HistoryOperation) { add(.stage, stage.identity, stage.was) }
            for target in stage.targets { add(.sink, target.identity, target.was) }
        }
        return was
    }
}

extension LayoutEntry {
    /// Whether it is meant by a `was`: its identity, its address alone, or its name.
    fileprivate func isCalled(_ former: String) -> Bool {
        identity == former || name == former
            || identity.firstIndex(of: " ").map { identity[identity.index(after: $0)...] == former } == true
    }
}

extension Pipeline.StageNode {
    /// The sinks of a tap; none of other stages.
    package var targets: [Pipeline.Target] { (operation as? TapOperation)?.targets ?? [] }
}
