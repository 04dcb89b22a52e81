package import PipelineSpec
package import State
import Streaming

/// What the state of a pipeline says at this moment.
package struct StateReport: Sendable {
    /// How far a source has been read.
    package struct Source: Sendable, Hashable {
        package let name: String
        /// As the source itself wrote it; nil is its start.
        package let position: String?
        /// Records behind the position that have been delivered.
        package let count: Int
        /// Its parts that have positions of their own, such as the feeds of a list.
        package let parts: Int
    }

    /// What a stage holds back.
    package struct Held: Sendable, Hashable {
        package let stage: String
        package let count: Int
    }

    package let path: String
    /// The pipeline that uses it; nil where none has yet.
    package let owner: StateOwner?
    /// The process that runs over it now, where the system tells.
    package let user: Int32?
    /// When the last checkpoint was stored, in seconds since 1970.
    package let written: Int64?
    package let contents: StateContents
    /// Those of the spec that ran last, without such of which nothing was delivered yet.
    package let sources: [Source]
    /// The stages that hold records.
    package let held: [Held]
    package let deadLetters: Int
}

/// What a state is to forget.
package struct Forgetting: Sendable {
    /// What maps were answered: it is asked, and paid for, anew.
    package var answers = false
    /// The names of sources that are to be read from their start again.
    package var sources: [String] = []

    package init() {}

    /// What was forgotten.
    package struct Result: Sendable {
        package fileprivate(set) var answers = 0
        package fileprivate(set) var sources = 0
    }
}

/// Why a state forgets nothing.
package enum ForgettingError: Error, Hashable, CustomStringConvertible {
    /// With the names that there are.
    case noSource(String, [String])

    package var description: String {
        switch self {
        case .noSource(let name, let names):
            "the pipeline has no source '\(name)'; it has \(names.map { "'\($0)'" }.joined(separator: ", "))"
        }
    }
}

extension PipelineHost {
    /// Looks into the state of a pipeline; nil where there is none yet. Nothing is locked or changed; a run may be using it.
    ///
    /// - Throws: `StateError`, `FileError`.
    package func stateReport(_ spec: PipelineSpec, file: SpecFile, state: String? = nil) throws
        -> StateReport?
    {
        let place = place(of: spec, file: file, state: state)
        guard let path = place.path, let view = try place.view(for: file.owner(spec.name)),
            let contents = try StateView.contents(of: path)
        else { return nil }
        var letters = 0
        try forEachDeadLetter(of: spec, file: file, state: state) { letter, _ in
            if letter != nil { letters += 1 }
        }
        let layout = view.state.layout
        let all = layout.filter { $0.kind == .source }
        let sources = all.compactMap { entry -> StateReport.Source? in
            let names = view.state.sources.keys.filter {
                PipelineHost.isOwn($0, of: entry.identity, among: all.map(\.identity))
            }
            if names.isEmpty { return nil }
            let own = view.state.sources[entry.identity]
            return StateReport.Source(
                name: entry.name, position: own?.anchor?.json, count: Int(clamping: own?.count ?? 0),
                parts: names.count - (own == nil ? 0 : 1))
        }
        let held = layout.filter { $0.kind == .stage }.compactMap { entry in
            view.state.held[entry.identity].map { StateReport.Held(stage: entry.name, count: $0.count) }
        }
        return StateReport(
            path: path, owner: view.owner, user: StateView.user(of: path), written: view.state.clock?.wall,
            contents: contents, sources: sources, held: held.filter { $0.count > 0 }, deadLetters: letters)
    }

    /// Takes something out of the state of a pipeline. No run may have it meanwhile.
    ///
    /// - Throws: ``ForgettingError``, `StateError`, and what components say when they cannot be built; everything is as it was
    ///   then.
    package func forget(
        _ forgetting: Forgetting, of spec: PipelineSpec, redactor: Redactor, file: SpecFile,
        state: String? = nil
    ) throws -> Forgetting.Result {
        var result = Forgetting.Result()
        let pipeline = try pipeline(spec, redactor: redactor, file: file)
        let sources = try forgetting.sources.map { name in
            guard let node = pipeline.sources.first(where: { $0.name == name }) else {
                throw ForgettingError.noSource(name, pipeline.sources.map(\.name))
            }
            return node
        }
        let place = place(of: spec, file: file, state: state)
        let owner = file.owner(spec.name)
        if try place.view(for: owner) == nil { return result }
        let store = try place.open(for: owner, logger)
        let known = try store.restore().sources.keys
        let all = pipeline.sources.map { $0.identity.stored(store.hashKey) }
        var checkpoint = Checkpoint()
        for source in sources {
            let names = known.filter {
                PipelineHost.isOwn($0, of: source.identity.stored(store.hashKey), among: all)
            }
            for name in names { checkpoint.sources.updateValue(nil, forKey: name) }
            if !names.isEmpty { result.sources += 1 }
        }
        if !checkpoint.sources.isEmpty { try store.commit(checkpoint) }
        if forgetting.answers {
            while true {
                let count = try store.calls.forgetAnswers(now: .max, limit: 10_000)
                if count == 0 { break }
                result.answers += count
            }
        }
        return result
    }
    /// Whether a position is that of a source or of one of its parts, and not that of another source whose name begins so.
    private static func isOwn(_ name: String, of source: String, among all: [String]) -> Bool {
        func covers(_ identity: String) -> Bool { name == identity || name.hasPrefix(identity + "/") }
        return covers(source) && !all.contains { $0.utf8.count > source.utf8.count && covers($0) }
    }
}
