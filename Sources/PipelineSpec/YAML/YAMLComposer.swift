import Diagnostics

/// Builds the tree from libyaml's events: resolves aliases and merge keys, and keeps within the limits.
///
/// It has a stack of its own instead of recursion, so that nesting costs heap and never the call stack.
struct YAMLComposer {
    private let source: SourceText
    private let limits: YAMLLimits
    private var cursor: CharacterCursor
    private var stack: [Frame] = []
    private var anchors: [String: Measured?] = [:]
    private var root: YAMLNode?
    private var documents = 0
    private var diagnostics: [Diagnostic] = []
    /// Set when going on makes no sense.
    private var isStopped = false

    init(_ source: SourceText, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        cursor = CharacterCursor(source.bytes, start: SourceText.byteOrderMarkLength(source.bytes))
    }

    /// Takes one event; false ends the reading.
    mutating func accept(_ event: YAMLEvent) -> Bool {
        let start = cursor.offset(of: event.start)
        let end = cursor.offset(of: event.end)
        switch event.kind {
        case .documentStart: startDocument(start, end)
        case .scalar(let text, let style): addScalar(text, style, event, start, end)
        case .sequenceStart: open(.sequence([]), event, start, end)
        case .mappingStart: open(.mapping([], key: nil), event, start, end)
        case .collectionEnd: close(end)
        case .alias(let name): addAlias(name, source.range(start, end))
        case .other: break
        }
        return !isStopped
    }

    /// Notes why libyaml gave up.
    mutating func fail(_ problem: YAMLParserProblem) {
        let offset = cursor.offset(of: problem.position)
        let context = problem.contextPosition.map { source.position(at: cursor.offset(of: $0)) }
        let wording = YAMLSyntaxWording(problem, at: offset, in: source)
        diagnostics.append(wording.diagnostic(context: context))
        root = nil
    }

    consuming func finish() -> YAMLDocument {
        if root == nil, diagnostics.isEmpty { report(.empty, .start) }
        return YAMLDocument(root: root, diagnostics: diagnostics)
    }

    private mutating func startDocument(_ start: Int, _ end: Int) {
        documents += 1
        if documents == 2 { stop(.secondDocument, source.range(start, end)) }
    }

    private mutating func addScalar(
        _ text: String, _ style: YAMLScalar.Style, _ event: YAMLEvent, _ start: Int, _ end: Int
    ) {
        let start = skipProperties(event, start, end)
        let range = source.range(start, end)
        guard text.utf8.count <= limits.scalarBytes else {
            return stop(.scalarTooLong(text.utf8.count, limits), range)
        }
        let node = YAMLNode(.scalar(YAMLScalar(text: text, style: style)), range: range, tag: event.tag)
        checkTag(event.tag, source.range(cursor.offset(of: event.start), start))
        add(Measured(node, bytes: text.utf8.count), anchor: event.anchor)
    }

    private mutating func open(_ content: Frame.Content, _ event: YAMLEvent, _ start: Int, _ end: Int) {
        let position = skipProperties(event, start, end)
        guard stack.count < limits.depth else {
            return stop(.tooDeep(limits), source.range(position, position + 1))
        }
        checkTag(event.tag, source.range(start, position))
        // An alias within its own anchor finds the entry without a node.
        if let anchor = event.anchor { anchors[anchor] = .some(nil) }
        stack.append(Frame(content: content, start: position, anchor: event.anchor, tag: event.tag))
    }

    private mutating func close(_ end: Int) {
        guard let frame = stack.popLast() else { return }
        var merger = MappingMerger(source)
        let (measured, problems) = frame.finish(end: trimmed(end, from: frame.start), source, &merger)
        diagnostics += problems
        add(measured, anchor: frame.anchor)
    }

    private mutating func addAlias(_ name: String, _ range: SourceRange) {
        switch anchors[name] {
        case .none:
            let match = closestMatch(to: name, among: anchors.count <= 1000 ? anchors.keys.sorted() : [])
            report(.unknownAlias(name, closest: match), range)
            add(Measured(YAMLNode(.broken, range: range), bytes: 0), anchor: nil)
        case .some(.none):
            report(.recursiveAlias(name), range)
            add(Measured(YAMLNode(.broken, range: range), bytes: 0), anchor: nil)
        case .some(.some(let target)):
            guard stack.count + target.height <= limits.depth else { return stop(.tooDeep(limits), range) }
            add(target, anchor: nil, at: range)
        }
    }

    private mutating func checkTag(_ tag: String?, _ range: SourceRange) {
        guard let tag, tag != "!", !Self.knownTags.contains(tag) else { return }
        let end = trimmed(range.end.offset, from: range.start.offset)
        report(.unknownTag(tag), source.range(range.start.offset, end))
    }

    /// The tags of the core schema; the option's type decides all the same.
    private static let knownTags = Set(
        ["str", "int", "float", "bool", "null", "seq", "map"].map { "tag:yaml.org,2002:" + $0 })

    /// Puts a finished node where it belongs: into the open collection, or at the root.
    private mutating func add(_ measured: Measured, anchor: String?, at place: SourceRange? = nil) {
        if let anchor { anchors[anchor] = measured }
        guard !stack.isEmpty else {
            root = measured.node
            return
        }
        let top = stack.count - 1
        if let problem = stack[top].add(measured) { report(problem, measured.node.range) }
        guard expandedNodes <= limits.nodes else {
            return stop(.tooManyNodes(limits), place ?? measured.node.range)
        }
        guard expandedBytes <= limits.textBytes else {
            return stop(.tooMuchText(limits), place ?? measured.node.range)
        }
    }

    private var expandedNodes: Int { stack.reduce(0) { $0 + $1.nodes } }
    private var expandedBytes: Int { stack.reduce(0) { $0 + $1.bytes } }

    private mutating func report(_ problem: YAMLProblem, _ range: SourceRange) {
        diagnostics.append(problem.diagnostic(at: range))
    }

    private mutating func stop(_ problem: YAMLProblem, _ range: SourceRange) {
        report(problem, range)
        root = nil
        isStopped = true
    }

    /// libyaml counts anchor and tag to a node; a finding's underline should not.
    private func skipProperties(_ event: YAMLEvent, _ start: Int, _ end: Int) -> Int {
        guard event.anchor != nil || event.tag != nil else { return start }
        var offset = start
        while offset < end,
            source.bytes[offset] == UInt8(ascii: "&") || source.bytes[offset] == UInt8(ascii: "!")
        {
            while offset < end, !isSpace(source.bytes[offset]) { offset += 1 }
            while offset < end, isSpace(source.bytes[offset]) { offset += 1 }
        }
        return offset
    }

    /// The end of a block collection is where the next token begins; its text ends earlier.
    private func trimmed(_ end: Int, from start: Int) -> Int {
        var end = end
        while end > start, isSpace(source.bytes[end - 1]) { end -= 1 }
        return end
    }

    private func isSpace(_ byte: UInt8) -> Bool { SourceByte.isBlank(byte) || SourceByte.isBreak(byte) }
}
