private import CLibYAML

/// What libyaml's parser reports, with marks as numbers of characters from the start.
struct YAMLEvent {
    enum Kind {
        case documentStart
        case scalar(text: String, style: YAMLScalar.Style)
        case sequenceStart
        case mappingStart
        case collectionEnd
        case alias(String)
        /// The ends of documents and of the stream.
        case other
    }

    let kind: Kind
    var anchor: String?
    var tag: String?
    /// The first character, and the one behind the last.
    let start: Int
    let end: Int
}

/// Why libyaml gave up.
struct YAMLParserProblem: Error {
    let problem: String
    let context: String
    /// Characters from the start; the context's is where the unfinished thing begins.
    let position: Int
    let contextPosition: Int?
}

/// Reads the events of YAML text with libyaml.
enum YAMLEvents {
    /// Gives every event to `body` until the text ends or `body` returns false.
    ///
    /// The text must be UTF-8 without a byte-order mark.
    static func forEach(in bytes: some Collection<UInt8>, _ body: (YAMLEvent) -> Bool)
        throws(YAMLParserProblem)
    {
        // libyaml keeps a pointer to the parser within the parser, so that it must not move.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { throw problem(of: parser.pointee) }
        defer { yaml_parser_delete(parser) }
        let text = Array(bytes)
        // Safe because the buffer outlives the parser's use of it: all reading happens within the closure.
        let result = text.withUnsafeBufferPointer { buffer -> Result<Void, YAMLParserProblem> in
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            return read(parser, body)
        }
        try result.get()
    }

    private static func read(
        _ parser: UnsafeMutablePointer<yaml_parser_t>, _ body: (YAMLEvent) -> Bool
    ) -> Result<Void, YAMLParserProblem> {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { return .failure(problem(of: parser.pointee)) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT || !body(convert(event)) { return .success(()) }
        }
    }

    private static func convert(_ event: yaml_event_t) -> YAMLEvent {
        let start = event.start_mark.index
        let end = event.end_mark.index
        func make(_ kind: YAMLEvent.Kind, _ anchor: UnsafePointer<UInt8>?, _ tag: UnsafePointer<UInt8>?)
            -> YAMLEvent
        {
            YAMLEvent(kind: kind, anchor: anchor.map(string), tag: tag.map(string), start: start, end: end)
        }
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            return make(.documentStart, nil, nil)
        case YAML_ALIAS_EVENT:
            return make(.alias(event.data.alias.anchor.map { string($0) } ?? ""), nil, nil)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            // Safe because libyaml says that `value` has `length` bytes until the event is deleted.
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return make(.scalar(text: text, style: style(scalar.style)), scalar.anchor, scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            return make(.sequenceStart, event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            return make(.mappingStart, event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return make(.collectionEnd, nil, nil)
        default:
            return make(.other, nil, nil)
        }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private static func string(_ text: UnsafePointer<UInt8>) -> String { String(cString: text) }

    private static func problem(of parser: yaml_parser_t) -> YAMLParserProblem {
        let context = parser.context.map { String(cString: $0) } ?? ""
        return YAMLParserProblem(
            problem: parser.problem.map { String(cString: $0) } ?? "out of memory", context: context,
            position: parser.problem_mark.index,
            contextPosition: context.isEmpty ? nil : parser.context_mark.index)
    }
}
