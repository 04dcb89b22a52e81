// Where records go on that stages held when the last run ended.
extension SpecChange {
    /// Held records go on in their stage, else behind the last stage that they have passed and that is still there; but
    /// in front of a sink that has not had them, or another stage that they have not passed, where that stands before it
    /// now and no sink would have them twice.
    ///
    /// - Parameter taps: the sinks of each stage.
    static func held(
        _ restored: RestoredState, old: [LayoutEntry], stages: [String], taps: [Set<String>], carried: [Part]
    ) -> [Held] {
        var heirs: [LayoutEntry.Key: String] = [:]
        for part in carried {
            if case .carriedOver(let former) = part.fate {
                heirs[LayoutEntry.Key(part.kind, former)] = part.identity
            }
        }
        func heir(_ entry: LayoutEntry) -> String { heirs[entry.key] ?? entry.identity }
        return restored.held.sorted { $0.key < $1.key }.compactMap { name, records in
            guard !records.isEmpty, name != InletStage.identity else { return nil }
            // A replayed record is in front of the stage that had given it up.
            let replayed = DeadLetter.replayStage(of: name)
            let stage = replayed ?? name
            let place = old.firstIndex { $0.kind == .stage && $0.identity == stage }
            // Of a stage that has not run yet nobody knows what its letters have passed.
            let passed = place.map { old[..<$0] } ?? (replayed == nil ? old[...] : [])
            let ahead = place.map { old[$0...] } ?? []
            let holder = stages.firstIndex(of: heirs[LayoutEntry.Key(.stage, stage)] ?? stage)
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
            let isInPlace = holder != nil && first == entry
            // Where several taps write to a sink, or a tap not all records, nobody knows which of them it has.
            let certain = passed.sinksOfAll.filter { sink in
                old.count { $0.key == sink.key } == 1
            }.map(heir)
            let coming = certain.filter { sink in
                let writers = taps.indices.filter { taps[$0].contains(sink) }
                return writers.count == 1 && writers[0] >= first
            }
            return Held(
                stage: name, name: place.map { old[$0].name } ?? stage, count: records.count,
                entry: isInPlace && replayed == nil ? .stage : first > 0 ? .behind(first - 1) : .beginning,
                isInPlace: isInPlace, had: Set(coming))
        }
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
