package import Diagnostics

/// What other pipelines have to know of one: its name, and the files that are its own.
package struct SpecOutline: Sendable {
    /// A file that a sink writes.
    struct Output: Sendable {
        let path: [UInt8]
        /// What its sink keeps beside it.
        let sideFiles: [[UInt8]]
        /// What its sink writes in it, where others of its kind may write to it, too; nil where a file is all its own.
        let part: String?
        /// The same for outputs with the same options.
        let options: String
        let range: SourceRange
    }

    package internal(set) var name: String?
    var nameRange: SourceRange?
    /// Paths as bytes; nil where there is none.
    var state: [UInt8]?
    var deadLetters: [UInt8]?
    var outputs: [Output] = []

    /// The files that nothing but the pipeline itself may write.
    var ownFiles: [[UInt8]] { [state, deadLetters].compactMap(\.self) }

    /// The state with what SQLite and the lock put beside it.
    var stateFiles: [[UInt8]] {
        guard let state else { return [] }
        return ([""] + SideFiles.state).map { state + Array($0.utf8) }
    }
}

/// What is added to the path of a file to name those that stand beside it while it is open.
package enum SideFiles {
    /// By SQLite.
    package static let database = ["-wal", "-shm", "-journal"]
    /// By a state.
    package static let state = database + ["-notes"]
}

/// Several pipeline files that are checked or run together.
package struct SpecSet {
    private struct Owner {
        let file: String
        /// What it writes in a file that it shares with others.
        var part: String?
        var options = ""
        /// Whether SQLite keeps the file beside one that it writes, for all who use that.
        var isBeside = false

        /// How another use of the file gets in its way; nil where both can be.
        func conflict(with output: SpecOutline.Output) -> SpecProblem? {
            guard let part, let other = output.part else { return .sharedOutput(other: file) }
            guard part == other else { return nil }
            return options == output.options ? .sharedTable(other: file) : .sharedOutput(other: file)
        }
    }

    private struct Pipeline {
        let file: String
        let state: [UInt8]?
    }

    private var pipelines: [String: Pipeline] = [:]
    /// Who writes a file, by its path; those who share it are several.
    private var owners: [[UInt8]: [Owner]] = [:]

    private init() {}

    /// The findings of all files, with those about files that get into each other's way.
    package static func check(_ readings: [PipelineReading]) -> [FileDiagnostics] {
        guard readings.count > 1 else { return readings.map(\.diagnostics) }
        var set = SpecSet()
        return readings.map { reading in
            let source = reading.diagnostics.source
            let more = set.add(reading.outline, of: source.name)
            return more.isEmpty
                ? reading.diagnostics : FileDiagnostics(source, reading.diagnostics.diagnostics + more)
        }
    }

    private mutating func add(_ outline: SpecOutline, of file: String) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if let name = outline.name, let range = outline.nameRange {
            if let other = pipelines[name] {
                let sharesState = outline.state != nil && outline.state == other.state
                let problem = SpecProblem.samePipeline(other: other.file, sharesState: sharesState)
                findings.append(problem.diagnostic(at: range))
            } else {
                pipelines[name] = Pipeline(file: file, state: outline.state)
                if let other = (outline.stateFiles + outline.ownFiles).compactMap({ owners[$0]?.first }).first
                {
                    findings.append(SpecProblem.sharedState(other: other.file).diagnostic(at: range))
                }
            }
        }
        for output in outline.outputs {
            let others =
                (owners[output.path] ?? [])
                + output.sideFiles.flatMap { owners[$0] ?? [] }.filter { !$0.isBeside }
            guard let problem = others.lazy.compactMap({ $0.conflict(with: output) }).first else { continue }
            findings.append(problem.diagnostic(at: output.range))
        }
        for path in outline.stateFiles + outline.ownFiles { own(path, Owner(file: file)) }
        for output in outline.outputs {
            own(output.path, Owner(file: file, part: output.part, options: output.options))
            for path in output.sideFiles { own(path, Owner(file: file, isBeside: true)) }
        }
        return findings
    }

    private mutating func own(_ path: [UInt8], _ owner: Owner) { owners[path, default: []].append(owner) }
}
