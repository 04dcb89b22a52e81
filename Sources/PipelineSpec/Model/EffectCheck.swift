import Diagnostics
import Streaming

/// Warns of options beside a component's name that can have no effect where they stand.
extension PipelineReader {
    /// The options of a component as an entry gives them, with the defaults of the file.
    func given<Product>(_ component: Component<Product>, _ entry: Entry) -> GivenOptions {
        component.options.given(
            entry.value, defaults: defaults[entry.name, component.options.names])
    }

    mutating func checkEffects(ofSource entry: Entry, _ component: Component<any Source>) {
        let given = given(component, entry)
        let requests = component.traits.makesRequests(given)
        let reason = component.traits.makesOwnRequests ? "it paces its work itself" : "it makes no requests"
        if requests { makesRequests = true }
        let owner = quoted(entry.name)
        reportIdle(
            "buffer", of: entry, owner, because: "all sources write into one buffer",
            advice: "`settings.buffer` is its size")
        if !requests {
            reportIdle(
                "rate_limit", of: entry, owner, because: reason,
                advice: "a `rate_limit` among the stages is one of records")
            reportIdle("timeout", of: entry, owner, because: reason)
        }
        if !component.traits.canFail {
            reportIdle("on_error", of: entry, owner, because: "it cannot fail")
            reportIdle("retry", of: entry, owner, because: "it cannot fail")
        } else if !requests, !component.traits.makesOwnRequests {
            reportIdle("retry", of: entry, owner, because: "it makes no requests that could be made again")
        }
        if !component.traits.canGrow(given) {
            for option in ["every", "min_every", "max_every"] {
                reportIdle(option, of: entry, owner, because: "there is nothing new when it is read again")
            }
        } else {
            checkPolling(entry, owner, requests: requests)
        }
    }

    private mutating func checkPolling(_ entry: Entry, _ owner: String, requests: Bool) {
        let every = duration("every", of: entry)
        let least = duration("min_every", of: entry)
        if let every, let least, least <= every {
            reportIdle("min_every", of: entry, owner, because: "`every` is not shorter")
        } else if every != nil, least != nil {
            reportIdle("every", of: entry, owner, because: "`min_every` is longer and takes its place")
        }
        guard let longest = entry.sibling("max_every") else { return }
        if !entry.has("every"), !entry.has("min_every") {
            reportIdle(
                "max_every", of: entry, owner, because: "nothing reads it again", advice: "add `every`")
        } else if !requests {
            reportIdle(
                "max_every", of: entry, owner, because: "no server or feed puts its next reading off")
        } else if let most = duration("max_every", of: entry) {
            for (name, other) in [("min_every", least), ("every", every)] {
                guard let other, most < other else { continue }
                return report(.shortMaxEvery(than: name), longest.key.range)
            }
        }
    }

    mutating func checkEffects(ofStage entry: Entry, _ component: Component<any StageOperation>) {
        let owner = quoted(entry.name)
        let map = map(of: entry, component)
        if !component.stage.waits, map?.traits.waits != true {
            let waiting = catalog.stages.components.filter(\.stage.waits).map { quoted($0.name) }
            reportIdle(
                "buffer", of: entry, owner,
                because: "it runs with the step before it, and nothing waits between",
                advice: "the stages that wait are " + waiting.joined(separator: ", "))
        }
        if !component.stage.carriesOver {
            reportIdle(
                "was", of: entry, owner,
                because: "its history holds values of the key that it had, and another key has other values",
                advice: "leave the old one in the chain, behind this one, until its `history` has gone by")
        }
        guard let onError = entry.sibling("on_error") else { return }
        if !(map?.traits.canFail ?? component.stage.canFail), !entry.has("when") {
            reportIdle("on_error", of: entry, owner, because: "no record can fail in it")
        } else if !component.stage.retries, let retry = retry(in: onError.value) {
            reader.report(
                .idle(
                    "retry", owner: owner, reason: "a record that failed fails again in the same way",
                    advice: "`dead_letter`, `drop` or `fail` says what becomes of it"),
                at: retry)
        }
    }

    /// The map of a stage that runs one, where it is known.
    private func map(of entry: Entry, _ component: StageComponent) -> MapComponent? {
        guard component.options.fields.first?.entries == .map else { return nil }
        let names = entry.value?.pairs?.map(\.key.text) ?? [entry.value?.knownText].compactMap(\.self)
        return names.compactMap { catalog.maps[$0] }.first
    }

    /// Where the value of an `on_error` asks for retries.
    private func retry(in value: YAMLNode) -> SourceRange? {
        if value.knownText == OnError.Policy.retry.rawValue { return value.range }
        return value.pairs?.first { $0.key.text == "retry" && !$0.value.isNull }?.key.range
    }

    /// Warns of settings that no source has a use for.
    mutating func checkSettings(_ section: YAMLPair?) {
        guard !makesRequests, !sourceShapes.isEmpty,
            let agent = section?.value.pairs?.first(where: { $0.key.text == "user_agent" }),
            !agent.value.isNull
        else { return }
        reader.report(
            .idle("user_agent", owner: "the pipeline", reason: "none of its sources makes requests"),
            at: agent.key.range)
    }

    private mutating func reportIdle(
        _ option: String, of entry: Entry, _ owner: String, because reason: String, advice: String? = nil
    ) {
        guard let pair = entry.sibling(option) else { return }
        reader.report(
            .idle(option, owner: owner, reason: reason, advice: advice), at: pair.key.range)
    }

    /// The value of an option, if it is one; what is wrong with it has been reported.
    private func duration(_ option: String, of entry: Entry) -> Duration? {
        guard let pair = entry.sibling(option) else { return nil }
        var silent = SpecReader(reader.source)
        return Duration.read(pair.value, [], &silent)
    }
}
