internal import Crypto
public import Foundation
internal import Notation
internal import Records

/// One item of a stream: a JSON object.
///
/// Its text is kept as it came; a field becomes a Swift value when it is asked for.
///
/// ```swift
/// let record = try Record(json: #"{"title":"Hello","content":{"type":"important"},"tags":["a","b"]}"#)
/// if record["content"]["type"] == "important" { print(record["title"].string ?? "") }
/// ```
public struct Record: Sendable {
    var base: Records.Record

    init(_ base: Records.Record) { self.base = base }

    /// A record from the text of a JSON object.
    ///
    /// ```swift
    /// let record = try Record(json: #"{"id":1}"#)
    /// ```
    ///
    /// - Throws: ``RecordError`` when the text is no JSON object.
    public init(json text: String) throws(RecordError) {
        let parsed: (chunk: Chunk, root: UInt32)
        do { parsed = try JSONParser().parse(text, origin: Origin(source: "", received: 0)) } catch {
            throw RecordError(reason: "\(error)")
        }
        guard parsed.chunk.node(at: parsed.root).kind == .object else {
            throw RecordError(reason: "it is no object")
        }
        base = Records.Record(chunk: parsed.chunk, root: parsed.root, index: 0)
    }

    /// A record from a value whose encoding is a JSON object.
    ///
    /// ```swift
    /// struct Item: Codable { let id: Int }
    /// let record = try Record(encoding: Item(id: 1))
    /// ```
    ///
    /// - Throws: ``RecordError`` when its encoding is none, or what encoding it throws.
    public init(encoding value: some Encodable) throws {
        try self.init(json: String(decoding: JSONEncoder().encode(value), as: UTF8.self))
    }

    /// The record as a value of a type.
    ///
    /// ```swift
    /// struct Item: Codable { let id: Int }
    /// let item = try Record(json: #"{"id":1}"#).decode(as: Item.self)
    /// ```
    ///
    /// - Throws: `DecodingError`.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    /// The record as JSON, in one line.
    public var json: String {
        var output = OutputBuffer()
        output.append(base)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// The value of a field; one that is not there is a value that ``Value/exists`` not.
    ///
    /// ```swift
    /// let name = try Record(json: #"{"author":{"name":"Ada"}}"#)["author"]["name"].string
    /// ```
    public subscript(field: String) -> Value { Value(base[field], of: base) }

    /// What the record is called by where it comes from: the field `id`, as text.
    public var naturalKey: String? { self["id"].text }

    /// What its contents are known by: the field `content_hash` of a feed item, else the SHA-256 of its JSON, in hexadecimal.
    public var contentHash: String {
        self["content_hash"].string ?? String(hexadecimal: SHA256.hash(data: Data(json.utf8)))
    }

    /// When it was received from its feed; nil for one that the program has made.
    public var received: Date? {
        let time = base.chunk.origin.received
        return time == 0 ? nil : Date(timeIntervalSince1970: Double(time) / 1_000_000_000)
    }

    /// The name of the feed that it came from; empty for one that the program has made.
    public var source: String { base.chunk.origin.source }
}

extension Record: CustomStringConvertible {
    /// The record as JSON.
    public var description: String { json }
}

/// Records are equal when their JSON means the same, whatever the order of its members.
extension Record: Equatable {
    /// Whether two records mean the same.
    ///
    /// ```swift
    /// let isSame = try Record(json: "{\"a\":1,\"b\":2}") == Record(json: "{\"b\":2,\"a\":1}")
    /// ```
    public static func == (one: Record, other: Record) -> Bool {
        (try? JSON(parsing: one.json)) == (try? JSON(parsing: other.json))
    }
}

/// A text that is no record.
///
/// ```swift
/// do { _ = try Record(json: "[]") } catch { print(error.reason) }  // it is no object
/// ```
public struct RecordError: Error, CustomStringConvertible {
    /// What is wrong with it.
    public let reason: String

    /// The reason in a sentence.
    public var description: String { "not a record: \(reason)" }
}
