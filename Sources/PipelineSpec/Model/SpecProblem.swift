import Diagnostics

/// What can be wrong with a pipeline beyond the options of single components.
enum SpecProblem {
    case notAMapping(found: String)
    case missingSection(String)
    case unknownSection(String, known: [String])
    case sectionShape(String, expected: String, found: String)
    case noSources
    case noTap
    case lateDedup(tap: SourceRange)
    case idleStage(String, tap: SourceRange)
    case unknownComponent(String, kind: String, known: [String], other: String?)
    case missingComponent(kind: String)
    case severalComponents(String, String, kind: String, first: SourceRange)
    case deferredComponent(kind: String)
    case duplicateName(String, kind: String, first: SourceRange)
    case unknownReference(String, known: [String])
    case referenceWithOptions
    case unusedSink(String)
    case unknownDefaults(String, known: [String])
    case unusedDefaults(String)
    case defaultOfNothing(String, component: String, known: [String])
    case presentAddress(String)
    case shortMaxEvery(than: String)
    /// Another file holds a pipeline of the same name.
    case samePipeline(other: String, sharesState: Bool)
    /// The state, or the dead letters, are also written by another pipeline.
    case sharedState(other: String)
    case sharedOutput(other: String)
    /// Another pipeline writes records with the same keys to the same place.
    case sharedTable(other: String)
    case fileConflict(FileConflict, other: SourceRange?)
    /// Its path; nil for one that stands in the spec.
    case unusableSchema(String?, reason: String)
    case schemaOfNoObject(String)
    case emptyTap

    func diagnostic(at range: SourceRange) -> Diagnostic {
        Diagnostic(rule, message, at: range, severity: severity, suggestion: suggestion, notes: notes)
    }

    /// Nil for that of the rule.
    private var severity: Severity? {
        switch self {
        case .samePipeline(_, sharesState: false), .sharedTable: .warning
        case .fileConflict(let conflict, _): conflict.severity
        default: nil
        }
    }

    private var rule: Rule {
        switch self {
        case .notAMapping, .sectionShape: .wrongType
        case .missingSection: .missingOption
        case .unknownSection, .defaultOfNothing: .unknownOption
        case .noSources: .noSources
        case .noTap: .noTap
        case .lateDedup: .lateDedup
        case .idleStage: .idleStage
        case .unknownComponent, .unknownDefaults: .unknownComponent
        case .missingComponent, .deferredComponent, .emptyTap: .missingComponent
        case .severalComponents: .severalComponents
        case .duplicateName: .duplicateName
        case .unknownReference: .unknownReference
        case .unusedSink: .unusedSink
        case .unusedDefaults: .unusedDefaults
        case .referenceWithOptions, .shortMaxEvery: .conflictingOptions
        case .presentAddress: .ineffectiveOption
        case .samePipeline: .duplicateName
        case .fileConflict, .sharedState, .sharedOutput, .sharedTable: .fileConflict
        case .unusableSchema, .schemaOfNoObject: .invalidValue
        }
    }

    private var message: String {
        switch self {
        case .notAMapping(let found):
            "a pipeline is a mapping with `name`, `sources` and `stages`, not \(found)"
        case .missingSection(let name): "the pipeline has no \(quoted(name))"
        case .unknownSection(let name, _): "unknown section \(quoted(name)) of the pipeline"
        case .sectionShape(let name, let expected, let found):
            "\(quoted(name)) takes \(expected), not \(found)"
        case .noSources: "the pipeline has no sources"
        case .noTap: "the pipeline delivers nothing: no stage is a `tap`"
        case .lateDedup: "this `dedup` comes after a `tap`, which gets the duplicates too"
        case .idleStage(let name, _):
            "this \(quoted(name)) changes nothing: no `tap` behind it delivers what it makes"
        case .unknownComponent(let name, let kind, _, _): "unknown \(kind) \(quoted(name))"
        case .missingComponent(let kind): "this entry does not name a \(kind)"
        case .severalComponents(let first, let second, let kind, _):
            "an entry is one \(kind), but this one is \(quoted(first)) and \(quoted(second))"
        case .deferredComponent(let kind): "the name of a \(kind) cannot come from `${…}`"
        case .duplicateName(let name, let kind, _): "another \(kind) has the name \(quoted(name))"
        case .unknownReference(let name, _): "there is no sink \(quoted(name)) under `sinks`"
        case .referenceWithOptions: "a reference takes no options; they stand where the sink is defined"
        case .unusedSink(let name): "the sink \(quoted(name)) is never used"
        case .unknownDefaults(let name, _): "defaults for an unknown component \(quoted(name))"
        case .unusedDefaults(let name):
            "the pipeline does not use \(quoted(name)), so these defaults have no effect"
        case .defaultOfNothing(let option, let component, _):
            "unknown option \(quoted(option)) of \(quoted(component))"
        case .presentAddress(let address):
            "`was` changes nothing: \(quoted(address)) is the address that this has now"
        case .shortMaxEvery(let other): "`max_every` is shorter than \(quoted(other))"
        case .samePipeline(let other, sharesState: true):
            "the pipeline of \(quoted(other)) has the same name and the same state"
        case .samePipeline(let other, sharesState: false):
            "the pipeline of \(quoted(other)) has the same name: logs and figures cannot tell them apart"
        case .sharedState(let other):
            "the pipeline of \(quoted(other)) writes to the files of this one's state"
        case .sharedOutput(let other): "the pipeline of \(quoted(other)) writes this file, too"
        case .sharedTable(let other):
            "the pipeline of \(quoted(other)) writes this table, too: a record of one replaces that of the other with its "
                + "key"
        case .fileConflict(let conflict, _): conflict.message
        case .unusableSchema(let path?, let reason): "the schema \(quoted(path)) cannot be used: \(reason)"
        case .unusableSchema(nil, let reason): "the schema cannot be used: \(reason)"
        case .schemaOfNoObject(let path):
            "the schema \(quoted(path)) describes no object with properties, as records are"
        case .emptyTap: "a `tap` needs at least one sink"
        }
    }

    private var suggestion: Suggestion? {
        switch self {
        case .unknownSection(let name, let known), .unknownDefaults(let name, let known),
            .defaultOfNothing(let name, _, let known):
            closestMatch(to: name, among: known).map { .replacement($0) }
        case .unknownReference(let name, let known):
            closestMatch(to: name, among: known).map { .replacement($0) }
                ?? .advice("define it under `sinks`")
        case .unknownComponent(_, _, _, let other?): .advice(other)
        case .unknownComponent(let name, _, let known, nil): Self.suggest(name, known)
        case .presentAddress: .advice("name the address that it had before, or leave `was` out")
        case .samePipeline: .advice("give one of them another name")
        case .sharedState: .advice("give one of them another `settings.state`, or another output")
        case .sharedOutput:
            .advice("give each pipeline a file of its own; `{pipeline}` in a path is its name")
        case .sharedTable: .advice("give each pipeline a `table` of its own, unless that is meant")
        case .fileConflict(let conflict, _): .advice(conflict.advice)
        case .noTap: .advice("end the stages with a `tap`")
        case .lateDedup, .idleStage: .advice("move it before the `tap`")
        default: nil
        }
    }

    private static func suggest(_ name: String, _ known: [String]) -> Suggestion {
        closestMatch(to: name, among: known).map { .replacement($0) }
            ?? .advice("there are " + known.map { "`\($0)`" }.joined(separator: ", "))
    }

    private var notes: [Diagnostic.Note] {
        switch self {
        case .severalComponents(_, _, _, let first): [.init("the first is here", at: first)]
        case .duplicateName(_, _, let first): [.init("the other is here", at: first)]
        case .fileConflict(_, let other?): [.init("the other is here", at: other)]
        case .lateDedup(let tap), .idleStage(_, let tap): [.init("the `tap` is here", at: tap)]
        default: []
        }
    }
}
