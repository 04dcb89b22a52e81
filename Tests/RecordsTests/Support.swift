import Records

/// A source for chunks of tests.
let testOrigin = Origin(source: "test", received: 0)

/// A chunk that is kept alive together with its root.
struct Parsed {
    let chunk: Chunk
    let root: UInt32

    /// Calls `body` with the root while the chunk lives.
    func read<R>(_ body: (Node) throws -> R) rethrows -> R {
        try withExtendedLifetime(chunk) { try body(chunk.node(at: root)) }
    }
}

func parse(_ text: String, with parser: JSONParser = JSONParser()) throws(JSONError) -> Parsed {
    let (chunk, root) = try parser.parse(text, origin: testOrigin)
    return Parsed(chunk: chunk, root: root)
}

func parse(_ bytes: [UInt8], with parser: JSONParser = JSONParser()) throws(JSONError) -> Parsed {
    let (chunk, root) = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
        try parser.parse(buffer, origin: testOrigin)
    }
    return Parsed(chunk: chunk, root: root)
}

/// The error that parsing gives, nil when the text is accepted.
func parseError(_ bytes: [UInt8], with parser: JSONParser = JSONParser()) -> JSONError? {
    do throws(JSONError) {
        _ = try parse(bytes, with: parser)
        return nil
    } catch {
        return error
    }
}

/// The records of JSON Lines text.
func records(_ text: String) -> [Record] {
    JSONLines().parse(JSONLinesBlock(copying: text), origin: testOrigin).records(at: .start)
}

func block(_ bytes: [UInt8]) -> ParsedBlock {
    bytes.withUnsafeBufferPointer { JSONLines().parse(JSONLinesBlock(copying: $0), origin: testOrigin) }
}

/// A value in a chunk of its own.
func overlayValue(_ json: JSON) -> Overlay.Value {
    var builder = ChunkBuilder()
    builder.value(json)
    let (chunk, roots) = builder.finished()
    return Overlay.Value(chunk: chunk, index: roots[0])
}

/// What writing a record gives.
func written(_ record: Record) -> String {
    var output = OutputBuffer()
    output.append(record)
    return String(decoding: output.bytes, as: UTF8.self)
}

extension ChunkBuilder {
    /// Ends the building of what is not too large.
    consuming func finished() -> (chunk: Chunk, roots: [UInt32]) {
        do { return try finish(origin: testOrigin) } catch { preconditionFailure("\(error)") }
    }
}
