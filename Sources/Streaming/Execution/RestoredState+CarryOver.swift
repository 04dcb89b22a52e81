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
