package import CEL
package import Diagnostics
package import Records
import Streaming

extension PipelineSpec {
    /// Reads a pipeline file and reports everything that is wrong with it at once. Nothing is built.
    ///
    /// - Parameters:
    ///   - mode: whether `${…}` is only checked or looked up.
    ///   - folder: where the file stands, as an absolute path, to compare relative paths with others; nil leaves them.
    ///   - itemType: the type of the feed item; without it nothing is known of items that maps have changed.
    ///   - checkExpression: finds what is wrong with a CEL expression, or with the path of a field.
    ///   - schema: reads a JSON Schema that a source names; nil when it is not to be had and need not be.
    package static func read(
        _ source: SourceText, catalog: Catalog, mode: ReadingMode = .checking, folder: String? = nil,
        itemType: ValueType = .dyn,
        checkExpression: @Sendable (ExpressionSource) -> [Diagnostic] = { _ in [] },
        schema: @escaping @Sendable (_ path: String) throws -> JSON? = { _ in nil }
    ) -> PipelineReading {
        let document = YAMLDocument.read(source)
        var interpolator = Interpolator(source, mode)
        let root = document.root.map { interpolator.resolve($0) }
        var reader = PipelineReader(
            SpecReader(source), catalog, folder: folder, itemType: itemType, schema: schema)
        let spec = root.flatMap { reader.read($0) }
        let findings =
            document.diagnostics + interpolator.diagnostics + reader.reader.diagnostics
            + reader.reader.expressions.flatMap(checkExpression)
        let diagnostics = FileDiagnostics(source, findings)
        return PipelineReading(
            spec: diagnostics.errorCount == 0 ? spec : nil, diagnostics: diagnostics,
            outline: reader.outline,
            redactor: Redactor(interpolator.secrets))
    }
}

/// Reads the sections of a pipeline file in the order in which they need each other.
struct PipelineReader {
    var reader: SpecReader
    let catalog: Catalog
    var defaults = DefaultsTable()
    var namedSinks: [String: NamedSink] = [:]
    var sinkNames = NameTable(kind: "sink")
    /// The names of the sinks so far; what has the same address is the same sink.
    var namesOfSinks: [Identity: [String]] = [:]
    /// What is known of the records of each source.
    var sourceShapes: [RecordShape] = []
    var shapes: ShapeBook
    /// The schemas that have been read, by their paths.
    var schemaShapes: [String: RecordShape] = [:]
    /// The files that the pipeline reads and writes.
    var files: FileBook
    /// What other pipelines have to know of this one.
    var outline = SpecOutline()
    /// Whether a source makes requests.
    var makesRequests = false
    /// Reads a JSON Schema by its path.
    let schema: @Sendable (String) throws -> JSON?

    init(
        _ reader: SpecReader, _ catalog: Catalog, folder: String?, itemType: ValueType,
        schema: @escaping @Sendable (String) throws -> JSON?
    ) {
        self.reader = reader
        self.catalog = catalog
        shapes = ShapeBook(itemType: itemType)
        files = FileBook(folder: folder)
        self.schema = schema
    }

    /// The spec; nil when its sections cannot be read at all. Findings are in ``reader``.
    mutating func read(_ root: YAMLNode) -> PipelineSpec? {
        guard let pairs = root.pairs else {
            if case .broken = root.content { return nil }
            let problem: SpecProblem = .notAMapping(found: root.kind)
            report(problem, root.range)
            return nil
        }
        let misspelt = reportUnknownSections(pairs)
        var place = OptionPlace(owner: "the pipeline", range: root.range.startOnly)
        place.misspelt = misspelt
        let header = PipelineSections.header.read(
            PipelineSections.headerPairs(pairs), at: place, &reader)
        outline.name = header?.name
        outline.nameRange = section("name", pairs)?.value.range
        readDefaults(section("defaults", pairs))
        readNamedSinks(section("sinks", pairs))
        for name in ["sources", "stages"] where section(name, pairs) == nil && !misspelt.contains(name) {
            report(name == "sources" ? .missingSection(name) : .noTap, root.range.startOnly)
        }
        let sources = readSources(section("sources", pairs))
        let stages = readStages(section("stages", pairs))
        let deadLetters = readDeadLetters(section("settings", pairs))
        reportUnused()
        checkSettings(section("settings", pairs))
        checkFiles(header)
        return PipelineSpec(
            name: header?.name ?? "pipeline", description: header?.description,
            settings: header?.settings ?? .defaults, sources: sources, stages: stages,
            deadLetters: deadLetters,
            inputs: files.inputs.filter { !$0.path.isGlob }.map {
                String(decoding: $0.path.bytes, as: UTF8.self)
            },
            ownOutputs: OwnOutputs(files.outputs.map(\.path)))
    }

    mutating func report(_ problem: SpecProblem, _ range: SourceRange) {
        reader.report(problem.diagnostic(at: range))
    }

    func section(_ name: String, _ pairs: [YAMLPair]) -> YAMLPair? { pairs.first { $0.key.text == name } }

    /// The elements of a section that is a list; reports other shapes.
    mutating func list(_ section: YAMLPair, of elements: String) -> [YAMLNode] {
        switch section.value.content {
        case .sequence(let elements): return elements
        case .broken: return []
        case _ where section.value.isNull: return []
        default:
            let problem = SpecProblem.sectionShape(
                section.key.text, expected: "a list of \(elements)", found: section.value.kind)
            report(problem, section.value.range)
            return []
        }
    }

    /// The pairs of a section that is a mapping; reports other shapes.
    mutating func mapping(_ section: YAMLPair, of elements: String) -> [YAMLPair] {
        switch section.value.content {
        case .mapping(let pairs): return pairs
        case .broken: return []
        case _ where section.value.isNull: return []
        default:
            let problem = SpecProblem.sectionShape(
                section.key.text, expected: "a mapping of \(elements)", found: section.value.kind)
            report(problem, section.value.range)
            return []
        }
    }

    /// The sections that were most likely meant by the unknown ones.
    private mutating func reportUnknownSections(_ pairs: [YAMLPair]) -> Set<String> {
        var meant: Set<String> = []
        for pair in pairs
        where !PipelineSections.names.contains(pair.key.text) && !pair.key.text.hasPrefix("x-") {
            report(.unknownSection(pair.key.text, known: PipelineSections.names), pair.key.range)
            if let name = closestMatch(to: pair.key.text, among: PipelineSections.names) {
                meant.insert(name)
            }
        }
        return meant
    }

    private mutating func reportUnused() {
        for (name, sink) in namedSinks where !sink.isUsed { report(.unusedSink(name), sink.range) }
        for entry in defaults.entries where !entry.isUsed { report(.unusedDefaults(entry.name), entry.range) }
    }
}

/// The sections of a pipeline file.
enum PipelineSections {
    /// What stands before the components.
    struct Header {
        let name: String
        let description: String?
        let settings: SettingsSpec
    }

    static let header = Options<Header>(
        Field<String>("name", "The pipeline's name; its state is kept by it.", .identifier, example: "news"),
        Field<String?>("description", "What the pipeline is for.", example: "Important news, once each"),
        Field<SettingsSpec?>("settings", "How the pipeline runs.")
    ) { Header(name: $0, description: $1, settings: $2 ?? .defaults) }

    /// In the order of a usual file. Sections that begin with `x-` are free for anchors.
    static let names = ["name", "description", "settings", "defaults", "sinks", "sources", "stages"]

    static func headerPairs(_ pairs: [YAMLPair]) -> [YAMLPair] {
        pairs.filter { pair in header.fields.contains { $0.name == pair.key.text } }
    }
}

extension SourceRange {
    /// The empty range at the start.
    var startOnly: SourceRange { SourceRange(at: start) }
}
