import Streaming

/// An edit of a spec, seen from what is delivered: which records reach which sinks through which `dedup`.
struct Edit {
    /// A stage with its sinks, by identity in stored form.
    struct Place: Hashable {
        let stage: String
        let sinks: [String]
    }

    private let change: SpecChange
    private let restored: RestoredState
    private let before: [Place]
    private let after: [Place]
    /// By the identity in the state, the one in the spec, of what goes on.
    private let heirs: [LayoutEntry.Key: String]
    private let names: [LayoutEntry.Key: String]

    init(_ pipeline: Pipeline, _ change: SpecChange, _ restored: RestoredState, _ key: SipHashKey) {
        self.change = change
        self.restored = restored
        before = Edit.places(restored.layout)
        after = pipeline.stages.map { node in
            Place(stage: node.identity.stored(key), sinks: node.targets.map { $0.identity.stored(key) })
        }
        var heirs: [LayoutEntry.Key: String] = [:]
        for part in change.parts {
            switch part.fate {
            case .goesOn: heirs[.init(part.kind, part.identity)] = part.identity
            case .carriedOver(let former): heirs[.init(part.kind, former)] = part.identity
            case .startsAnew, .gone: break
            }
        }
        self.heirs = heirs
        names = Dictionary(
            (restored.layout + change.layout).map { ($0.key, $0.name) },
            uniquingKeysWith: { $1 })
    }

    /// The stages of a layout, in which the sinks of a tap stand behind it.
    private static func places(_ layout: [LayoutEntry]) -> [Place] {
        var places: [Place] = []
        for entry in layout {
            switch entry.kind {
            case .source: continue
            case .stage: places.append(Place(stage: entry.identity, sinks: []))
            case .sink:
                guard let last = places.popLast() else { continue }
                places.append(Place(stage: last.stage, sinks: last.sinks + [entry.identity]))
            }
        }
        return places
    }

    /// What becomes of a source, a stage or a sink; nil where it goes on as it was.
    func finding(_ part: SpecChange.Part) -> Plan.Finding? {
        func finding(_ fate: String, _ effect: Plan.Effect, _ text: String) -> Plan.Finding {
            Plan.Finding(kind: part.kind.rawValue, name: part.name, fate: fate, effect: effect, text: text)
        }
        // A tap is what its sinks are, and they are told of.
        if part.kind == .stage, part.component == "tap" { return nil }
        switch (part.fate, part.kind) {
        case (.goesOn, _): return nil
        case (.carriedOver, _):
            return finding("goes on", .none, change.words(part.fate).map { "it \($0)" } ?? "")
        case (.startsAnew, .source): return newSource(part)
        case (.startsAnew, .stage):
            return finding(
                "starts anew", .none,
                part.isDedup
                    ? "it has no history yet: it lets through once what it has not seen"
                    : "it sees the records that come from now on")
        case (.startsAnew, .sink):
            return finding(
                "starts anew", .none,
                "it gets the records that come from now on; those that were delivered before do not come to it"
            )
        case (.gone, .source):
            let hasHeir = change.parts.contains {
                $0.kind == .source && $0.fate == .startsAnew && $0.component == part.component
            }
            return finding(
                "is gone", hasHeir ? .none : .givenUp,
                "it is read no more; the state keeps its position, and it goes on there when it comes back")
        case (.gone, .stage):
            return finding(
                "is gone", .none,
                part.isDedup
                    ? "its history is asked no more; the state keeps it" : "records go past its place")
        case (.gone, .sink):
            return finding("is gone", .none, "it is written no more; what it has stays as it is")
        }
    }

    /// A source that the state does not know: it may be an old one under another address.
    private func newSource(_ part: SpecChange.Part) -> Plan.Finding {
        let former = change.parts.filter {
            $0.kind == .source && $0.fate == .gone && $0.component == part.component
        }
        let open = sinksThatStay.map(\.now).filter { coverAfter($0).isEmpty }
        let sinks = list(.sink, open)
        if let first = original(of: part), !open.isEmpty {
            return Plan.Finding(
                kind: "source", name: part.name, fate: "starts anew", effect: .repeated,
                text:
                    "it gives once more what source '\(first.name)' has given, which has the same address, to \(sinks)"
            )
        }
        guard !former.isEmpty else {
            return Plan.Finding(
                kind: "source", name: part.name, fate: "starts anew", effect: .none,
                text: "it is read from its start")
        }
        let was = former.map { "'\($0.name)'" }.joined(separator: " or ")
        let hint = "if it is \(was) under a new address, name that with `was`"
        return Plan.Finding(
            kind: "source", name: part.name, fate: "starts anew", effect: open.isEmpty ? .none : .repeated,
            text: open.isEmpty
                ? "it is read from its start; what a dedup knows is not delivered again; \(hint)"
                : "it is read from its start, and nothing in front of \(sinks) knows what was delivered; \(hint)"
        )
    }

    /// The source that has the same address and stands in front of this one.
    private func original(of part: SpecChange.Part) -> SpecChange.Part? {
        change.parts.first { other in
            other.kind == .source && other.fate != .gone
                && part.identity.hasPrefix(other.identity + " #")
        }
    }

    /// Sinks in front of which a history is missing that was there before.
    var uncovered: [Plan.Finding] {
        sinksThatStay.compactMap { former, sink in
            let lost = coverBefore(former).filter { dedup in
                guard let heir = heirs[.init(.stage, dedup)] else { return true }
                return !coverAfter(sink).contains(heir)
            }
            if lost.isEmpty { return nil }
            return Plan.Finding(
                kind: "sink", name: name(.sink, sink), fate: "gets more", effect: .repeated,
                text: "\(list(.stage, lost)) no longer keeps from it what sources show again, as feeds do")
        }
    }

    /// Sinks of both the old and the new spec, by the identities that they have there.
    private var sinksThatStay: [(former: String, now: String)] {
        var seen: Set<String> = []
        return before.flatMap(\.sinks).compactMap { former in
            guard seen.insert(former).inserted, let now = heirs[.init(.sink, former)] else { return nil }
            return (former, now)
        }
    }

    private func coverBefore(_ sink: String) -> Set<String> {
        Edit.cover(of: sink, in: before, by: Set(before.map(\.stage)))
    }

    /// What begins without a history covers nothing.
    private func coverAfter(_ sink: String) -> Set<String> {
        Edit.cover(of: sink, in: after, by: Set(heirs.filter { $0.key.kind == .stage }.values))
    }

    /// The `dedup` stages that all records have gone through when they come to a sink.
    private static func cover(of sink: String, in places: [Place], by stages: Set<String>) -> Set<String> {
        var passed: Set<String> = []
        var cover: Set<String>?
        for place in places {
            if place.stage.isDedup, stages.contains(place.stage) { passed.insert(place.stage) }
            if place.sinks.contains(sink) { cover = cover?.intersection(passed) ?? passed }
        }
        return cover ?? []
    }
}

extension Edit {
    /// What becomes of the records that a stage held.
    func findings(_ held: SpecChange.Held) -> [Plan.Finding] {
        let records = held.words
        let entry: Int
        var findings: [Plan.Finding] = []
        func add(_ fate: String, _ effect: Plan.Effect, _ text: String) {
            findings.append(
                Plan.Finding(kind: "records", name: held.name, fate: fate, effect: effect, text: text))
        }
        switch held.entry {
        case .stage:
            let heir = heirs[.init(.stage, held.stage)] ?? held.stage
            entry = after.firstIndex { $0.stage == heir } ?? 0
        case .behind(let place):
            entry = place + 1
        case .beginning:
            entry = 0
        }
        if let words = change.words(held) { add("go on", .none, words) }
        let holder = before.firstIndex { $0.stage == held.stage } ?? 0
        let passed = Set(before[..<holder].flatMap(\.sinks).compactMap { heirs[.init(.sink, $0)] })
        let ahead = Set(before[holder...].flatMap(\.sinks).compactMap { heirs[.init(.sink, $0)] })
        let coming = Set(after[min(entry, after.count)...].flatMap(\.sinks))
        let again = passed.intersection(coming).subtracting(ahead).subtracting(held.had).sorted()
        let missed = ahead.subtracting(coming).subtracting(passed).sorted()
        if !again.isEmpty {
            add(
                "come again", .repeated,
                "\(records) that it held come to \(list(.sink, again)) a second time")
        }
        if let words = change.words(hadOf: held) { add("are there already", .none, words) }
        if !missed.isEmpty {
            add("are missed", .givenUp, "\(records) that it held do not come to \(list(.sink, missed))")
        }
        return findings
    }

    var reordered: Plan.Finding {
        Plan.Finding(
            kind: "stage", name: "", fate: "stand in another order", effect: .none,
            text: "\(SpecChange.reordering); each keeps what it knows")
    }

    private func name(_ kind: LayoutEntry.Kind, _ identity: String) -> String {
        names[LayoutEntry.Key(kind, identity)] ?? identity
    }

    private func list(_ kind: LayoutEntry.Kind, _ identities: some Sequence<String>) -> String {
        var seen: Set<String> = []
        let names = identities.map { name(kind, $0) }.filter { seen.insert($0).inserted }
        return kind.rawValue + (names.count == 1 ? "" : "s") + " "
            + names.map { "'\($0)'" }.joined(separator: ", ")
    }
}

extension SpecChange.Part {
    var isDedup: Bool { kind == .stage && identity.isDedup }

    /// The first word of the identity.
    var component: Substring { identity.component }
}

extension String {
    fileprivate var component: Substring { prefix { $0 != " " } }

    /// Whether a stage's identity in stored form is that of a `dedup`.
    fileprivate var isDedup: Bool { component == "dedup" }
}
