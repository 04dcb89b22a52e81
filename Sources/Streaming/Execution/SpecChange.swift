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

    /// Where the records that a stage held go on.
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
                || held.contains { $0.entry != .stage || !$0.had.isEmpty })
    }

    /// - Parameter isSamePlace: whether two addresses that are spelled differently lead to one place.
    package init(
        _ pipeline: Pipeline, over restored: RestoredState, hashKey: SipHashKey,
        isSamePlace: (_ former: String, _ now: String) -> Bool = { _, _ in false }
    ) {
        let old = restored.layout
        layout = SpecChange.layout(of: pipeline, hashKey)
        let known = Dictionary(grouping: old, by: \.kind).mapValues { Set($0.map(\.identity)) }
        let was = SpecChange.formerNames(of: pipeline, hashKey)
        // A first run that died before its first checkpoint has left no layout, but what its sinks noted.
        let noted = restored.notes.keys.sorted().filter { known[.sink]?.contains($0) != true }
            .map { LayoutEntry(kind: .sink, identity: $0, name: $0) }
        var parts: [Part] = []
        var claimed: Set<LayoutEntry> = []
        // A sink stands there once for each tap that writes to it.
        var seen: Set<String> = []
        for entry in layout where seen.insert("\(entry.kind) \(entry.identity)").inserted {
            var fate = Fate.startsAnew
            if known[entry.kind]?.contains(entry.identity) == true {
                fate = .goesOn
            } else if let match = (old + noted).first(where: { candidate in
                candidate.kind == entry.kind
                    && (was[entry].map(candidate.isCalled) ?? false
                        || entry.kind != .stage && isSamePlace(candidate.identity, entry.identity))
            }),
                !layout.contains(where: { $0.kind == match.kind && $0.identity == match.identity }),
                claimed.insert(match).inserted
            {
                fate = .carriedOver(from: match.identity)
            }
            parts.append(Part(kind: entry.kind, name: entry.name, identity: entry.identity, fate: fate))
        }
        let present = Set(layout.map { "\($0.kind) \($0.identity)" })
        for entry in old
        where !present.contains("\(entry.kind) \(entry.identity)") && !claimed.contains(entry)
            && seen.insert("\(entry.kind) \(entry.identity)").inserted
        {
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

    private static func formerNames(of pipeline: Pipeline, _ key: SipHashKey) -> [LayoutEntry: String] {
        var was: [LayoutEntry: String] = [:]
        func add(
            _ kind: LayoutEntry.Kind, _ identity: Identity, _ name: String, _ former: String?,
            isConditional: Bool = false
        ) {
            was[
                LayoutEntry(
                    kind: kind, identity: identity.stored(key), name: name, isConditional: isConditional)] =
                former
        }
        for source in pipeline.sources { add(.source, source.identity, source.name, source.was) }
        for stage in pipeline.stages {
            // The keys of a `dedup` are those of its expressions: others have nothing to carry over.
            if !(stage.operation is DedupOperation) {
                add(.stage, stage.identity, stage.name, stage.was, isConditional: stage.when != nil)
            }
            for target in stage.targets { add(.sink, target.identity, target.name, target.was) }
        }
        return was
    }

    /// Held records go on in their stage, else behind the last stage that they have passed and that is still there; but
    /// in front of a sink that has not had them, or another stage that they have not passed, where that stands before it
    /// now and no sink would have them twice.
    ///
    /// - Parameter taps: the sinks of each stage.
    private static func held(
        _ restored: RestoredState, old: [LayoutEntry], stages: [String], taps: [Set<String>], carried: [Part]
    ) -> [Held] {
        let heirs = Dictionary(
            carried.compactMap { part -> (LayoutEntry.Kind, String, String)? in
                guard case .carriedOver(let former) = part.fate else { return nil }
                return (part.kind, former, part.identity)
            }.map { ("\($0.0) \($0.1)", $0.2) }, uniquingKeysWith: { first, _ in first })
        func heir(_ entry: LayoutEntry) -> String {
            heirs["\(entry.kind) \(entry.identity)"] ?? entry.identity
        }
        return restored.held.sorted { $0.key < $1.key }.compactMap { stage, records in
            guard !records.isEmpty, stage != InletStage.identity else { return nil }
            let place = old.firstIndex { $0.kind == .stage && $0.identity == stage }
            let passed = place.map { old[..<$0] } ?? old[...]
            let ahead = place.map { old[$0...] } ?? []
            let holder = stages.firstIndex(of: heirs["\(LayoutEntry.Kind.stage) \(stage)"] ?? stage)
            // The first stage that they go through.
            let entry =
                holder
                ?? passed.filter { $0.kind == .stage }.compactMap { stages.firstIndex(of: heir($0)) }.max()
                .map { $0 + 1 } ?? 0
            let had = Set(passed.filter { $0.kind == .sink }.map(heir))
            let missed = ahead.filter { $0.kind == .sink && !had.contains(heir($0)) }
                .compactMap { sink in taps.lastIndex { $0.contains(heir(sink)) } }.min()
            let unpassed = ahead.filter { $0.kind == .stage }.compactMap { stages.firstIndex(of: heir($0)) }
                .filter { $0 < entry && taps[$0].isEmpty && taps[$0..<entry].allSatisfy(had.isDisjoint) }
                .min()
            let first = min(entry, missed ?? entry, unpassed ?? entry)
            let stays = holder != nil && first == entry
            // Where several taps write to a sink, or a tap not all records, nobody knows which of them it has.
            let certain = passed.sinksOfAll.filter { sink in
                old.count { $0.kind == .sink && $0.identity == sink.identity } == 1
            }.map(heir)
            let coming = certain.filter { sink in
                let writers = taps.indices.filter { taps[$0].contains(sink) }
                return writers.count == 1 && writers[0] >= first
            }
            return Held(
                stage: stage, name: place.map { old[$0].name } ?? stage, count: records.count,
                entry: stays ? .stage : first > 0 ? .behind(first - 1) : .beginning,
                had: Set(coming))
        }
    }
}

extension LayoutEntry {
    /// Whether it is meant by a `was`: its identity, its address alone, or its name.
    fileprivate func isCalled(_ former: String) -> Bool {
        identity == former || name == former
            || identity.firstIndex(of: " ").map { identity[identity.index(after: $0)...] == former } == true
    }
}

extension ArraySlice<LayoutEntry> {
    /// The sinks of taps that write all records.
    fileprivate var sinksOfAll: [LayoutEntry] {
        var isConditional = true
        return filter { entry in
            if entry.kind == .stage { isConditional = entry.isConditional }
            return entry.kind == .sink && !isConditional
        }
    }
}

extension Pipeline.StageNode {
    /// The sinks of a tap; none of other stages.
    package var targets: [Pipeline.Target] { (operation as? TapOperation)?.targets ?? [] }
}

extension RestoredState {
    /// The state with what was known under old identities under the new ones.
    ///
    /// - Returns: what the first checkpoint has to store so that it stays so.
    mutating func carryOver(_ change: SpecChange) -> Checkpoint {
        var opening = Checkpoint()
        if change.layout != layout { opening.layout = change.layout }
        for held in change.held where !held.had.isEmpty {
            let records = (self.held[held.stage] ?? []).map { $0.had(by: held.had) }
            self.held[held.stage] = records
            opening.held[held.stage] = HeldChange(first: 0, added: records)
        }
        for part in change.parts {
            guard case .carriedOver(let former) = part.fate else { continue }
            switch part.kind {
            case .source: carrySource(from: former, to: part.identity, &opening)
            case .sink:
                sinks[part.identity] = sinks[former]
                // A run may have died before its first checkpoint: what it noted stands under the new identity already.
                notes[part.identity] = (notes[former] ?? []) + (notes[part.identity] ?? [])
                opening.sinks[part.identity] = sinks[former]
            case .stage:
                rates[part.identity] = rates[former]
                opening.rates[part.identity] = rates[former]
                guard !change.stagesLeft.contains(former), let records = held.removeValue(forKey: former)
                else { continue }
                held[part.identity] = records
                opening.held[former] = HeldChange(first: .max)
                opening.held[part.identity] = HeldChange(first: 0, added: records)
            }
        }
        for held in change.held where held.entry != .stage {
            opening.held[held.stage] = HeldChange(first: .max)
        }
        return opening
    }

    /// A source and its parts, whose names begin with its own.
    private mutating func carrySource(from former: String, to new: String, _ opening: inout Checkpoint) {
        for (name, position) in sources where name == former || name.hasPrefix(former + "/") {
            let heir = new + name.dropFirst(former.count)
            sources[name] = nil
            sources[heir] = position
            opening.sources.updateValue(nil, forKey: name)
            opening.sources.updateValue(position, forKey: heir)
        }
    }
}
