import Diagnostics
import Streaming

/// The files that a pipeline reads and writes, as far as its spec names them.
struct FileBook {
    struct Input {
        let path: PathPattern
        let range: SourceRange
    }

    struct Output {
        let path: PathPattern
        let component: String
        /// What tells it apart from others in the same file; nil when a file is all its own.
        let part: String?
        /// The same for outputs with the same options.
        let options: String
        /// What its sink keeps beside it.
        let sideFiles: [[UInt8]]
        let range: SourceRange
    }

    /// What relative paths start from.
    let folder: String?
    private(set) var inputs: [Input] = []
    private(set) var outputs: [Output] = []

    init(folder: String?) { self.folder = folder }

    mutating func addInput(_ text: String, at range: SourceRange) {
        inputs.append(Input(path: PathPattern(text, folder: folder), range: range))
    }

    mutating func add(_ output: Output) { if !output.path.isDevice { outputs.append(output) } }
}

/// Why a file cannot be what the spec makes of it.
enum FileConflict {
    case isInput, isMatched, mayBecomeInput, isSpec, otherSink, sideFile, isState, isDeadLetters, readsState

    /// What is left out of a pattern's files does no harm, and a date may never come.
    var severity: Severity? {
        switch self {
        case .isMatched, .mayBecomeInput: .warning
        default: nil
        }
    }

    var message: String {
        switch self {
        case .isInput: "the pipeline reads this file, too: it would read what it writes"
        case .isMatched: "the pattern of an input matches this file, which is left out of what is read"
        case .mayBecomeInput: "this file can become one that the pipeline reads: it would read what it writes"
        case .isSpec: "this file is the spec of the pipeline"
        case .readsState: "this file is the state of the pipeline: it would read what it keeps"
        case .otherSink: "another sink with other options writes this file"
        case .sideFile: "another sink keeps this file beside its database"
        case .isState: "this file is the state of the pipeline"
        case .isDeadLetters: "the dead letters of the pipeline go to this file"
        }
    }

    var advice: String {
        switch self {
        case .isInput, .mayBecomeInput, .isSpec, .sideFile: "write to another file"
        case .isMatched: "write to another folder, or let the pattern leave it out"
        case .otherSink: "define the sink once under `sinks` and refer to it, or write to another file"
        case .isState, .isDeadLetters: "write to another file"
        case .readsState: "read another file, or give the state another one with `settings.state`"
        }
    }
}

extension PipelineReader {
    mutating func notePaths(ofSource entry: Entry, _ component: Component<any Source>) {
        if let schema = entry.sibling("schema")?.value, let text = schema.knownText,
            PathText.problem(text) == nil
        {
            files.addInput(text, at: schema.range)
        }
        guard !component.traits.files.isEmpty else { return }
        let given = given(component, entry)
        for node in component.traits.files.flatMap({ given.elements($0) }) {
            guard let text = node.knownText, text != "-", !HTTPAddress.isWeb(text),
                PathText.problem(text) == nil
            else { continue }
            files.addInput(text, at: node.range)
        }
    }

    mutating func notePaths(ofSink entry: Entry, _ component: Component<any Sink>) {
        guard let option = component.traits.files.first else { return }
        let given = given(component, entry)
        guard let node = given.elements(option).first, let text = node.knownText,
            PathText.problem(text) == nil
        else { return }
        let parts = component.traits.parts.map { given.text($0)?.lowercased() ?? "" }
        let name = outline.name ?? "{pipeline}"
        for text in [text] + component.traits.laterPaths(given, text) {
            let path = PathPattern(
                text.split(separator: "{pipeline}", omittingEmptySubsequences: false).joined(separator: name),
                folder: files.folder)
            files.add(
                FileBook.Output(
                    path: path,
                    component: entry.name, part: parts.isEmpty ? nil : parts.joined(separator: "\u{0}"),
                    options: spelling(of: entry, component),
                    sideFiles: component.traits.sideFiles.map { path.bytes + Array($0.utf8) },
                    range: node.range))
        }
    }

    /// Reports files that are written and something else besides, and notes what other pipelines must not write.
    mutating func checkFiles(_ header: PipelineSections.Header?) {
        checkOutputs()
        checkInputs()
        outline.outputs = files.outputs.map { output in
            SpecOutline.Output(
                path: output.path.bytes, sideFiles: output.sideFiles, part: output.part,
                options: output.options, range: output.range)
        }
        guard let header else { return }
        noteState(header)
        for input in files.inputs where outline.stateFiles.contains(input.path.bytes) {
            report(.fileConflict(.readsState, other: nil), input.range)
        }
        for output in files.outputs {
            if outline.stateFiles.contains(output.path.bytes)
                || outline.state.map(output.sideFiles.contains) == true
            {
                report(.fileConflict(.isState, other: nil), output.range)
            } else if output.path.bytes == outline.deadLetters {
                report(.fileConflict(.isDeadLetters, other: nil), output.range)
            }
        }
    }

    private mutating func noteState(_ header: PipelineSections.Header) {
        let state = header.settings.state ?? ".feedspine/\(header.name).db"
        let isInMemory = state == ":memory:"
        let folder = isInMemory ? ".feedspine" : state.lastIndex(of: "/").map { String(state[..<$0]) } ?? "."
        outline.state = isInMemory ? nil : PathPattern(state, folder: files.folder).bytes
        outline.deadLetters = PathPattern("\(folder)/\(header.name).dead.jsonl", folder: files.folder).bytes
    }

    /// One file has one writer, however many taps name it; those that share a file must be the same or keep apart.
    private mutating func checkOutputs() {
        var known: [[UInt8]: [String?: FileBook.Output]] = [:]
        for output in files.outputs {
            let others = known[output.path.bytes] ?? [:]
            let other =
                others.values.first { $0.component != output.component || output.part == nil }
                ?? others[output.part]
            if let other, other.component != output.component || other.options != output.options {
                report(.fileConflict(.otherSink, other: other.range), output.range)
            }
            known[output.path.bytes, default: [:]][output.part] = other ?? output
        }
        checkSideFiles()
    }

    /// What stands in a file beside a database is written by nobody but the database.
    private mutating func checkSideFiles() {
        let owners = Dictionary(
            files.outputs.flatMap { output in output.sideFiles.map { ($0, output.range) } }
        ) { first, _ in first }
        if owners.isEmpty { return }
        for output in files.outputs {
            guard let owner = owners[output.path.bytes] else { continue }
            report(.fileConflict(.sideFile, other: owner), output.range)
        }
    }

    /// Comparing patterns is given up beyond so many steps; the run finds what is left.
    private static let patternWork = 20_000_000

    private mutating func checkInputs() {
        let spec = files.folder.map { folder in
            let name = reader.source.name.split(separator: "/").last.map(String.init) ?? ""
            return PathPattern(name, folder: folder).bytes
        }
        let literal = Dictionary(files.inputs.map { ($0.path.bytes, $0.range) }) { first, _ in first }
        let patterns = files.inputs.filter(\.path.isGlob)
        var work = 0
        for output in files.outputs {
            if output.path.bytes == spec {
                report(.fileConflict(.isSpec, other: nil), output.range)
                continue
            }
            if let input = literal[output.path.bytes] {
                report(.fileConflict(.isInput, other: input), output.range)
                continue
            }
            let candidates = output.path.isTemplate ? files.inputs : patterns
            for input in candidates where work < PipelineReader.patternWork {
                guard input.path.matches(template: output.path, work: &work) else { continue }
                let conflict: FileConflict = input.path.isGlob ? .isMatched : .mayBecomeInput
                report(.fileConflict(conflict, other: input.range), output.range)
                break
            }
        }
    }
}
