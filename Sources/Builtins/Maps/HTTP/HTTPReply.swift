import Fetching
import PipelineSpec
import Records

import enum CEL.FieldChange
import class CEL.ObjectType

/// What a server has answered, as expressions see it and as it is kept: an object with `answer` and `response`.
struct HTTPReply: Sendable {
    /// How the body of an answer is read.
    enum Form: String, OptionEnum {
        case json, text

        var doc: String {
            switch self {
            case .json: "JSON."
            case .text: "Text as it is."
            }
        }
    }

    private static let answer = Key("answer")
    private static let response = Key("response")

    /// What is laid over a record's fields, for the checker.
    static let fields: [FieldChange] = [
        .add([answer.name]),
        .add(
            [response.name],
            type: .object(
                ObjectType(
                    name: "'response'", properties: ["status": .int, "headers": .map(.string, .string)])))
    ]

    let json: String
    private let chunk: Chunk
    private let root: UInt32

    /// - Throws: `JSONError` for what is no such object.
    init(json: String) throws {
        self.json = json
        (chunk, root) = try JSONParser().parse(json, origin: Origin(source: "", received: 0))
    }

    /// - Throws: ``UnreadableAnswer``.
    init(_ answer: HTTPAnswer, as form: Form) throws {
        var headers: [(String, JSON)] = []
        // Of cookies nobody has a use, and they are keys.
        for (name, _) in answer.headers.fields where name.lowercased() != "set-cookie" {
            headers.append((name.lowercased(), .string(answer.headers.all(name).joined(separator: ", "))))
        }
        let response: JSON = [
            "status": .int(Int64(answer.status)), "headers": .object(JSONObject(headers))
        ]
        let body = try HTTPReply.body(of: answer, as: form)
        try self.init(json: "{\"answer\":\(body),\"response\":\(response.text)}")
    }

    private static func body(of answer: HTTPAnswer, as form: Form) throws(UnreadableAnswer) -> String {
        let text = String(decoding: answer.body, as: UTF8.self)
        if form == .text { return JSON.string(text).text }
        if text.utf8.allSatisfy({ $0 <= 0x20 }) { return "null" }
        do {
            _ = try JSON(parsing: answer.body)
            return text
        } catch {
            // What says that there is nothing says so with its status.
            guard (200..<300).contains(answer.status) else { return "null" }
            throw UnreadableAnswer(
                type: answer.headers["content-type"] ?? "", quote: answer.quote, error: error
            )
        }
    }

    /// The answer itself.
    var node: Node { chunk.node(at: root)[HTTPReply.answer] ?? chunk.node(at: root) }

    /// A record as expressions see it.
    func laid(over record: Record) -> Record {
        var seen = record
        let node = chunk.node(at: root)
        seen.change(
            [HTTPReply.answer, HTTPReply.response].compactMap { key in
                node[key].map {
                    Overlay.Field(key: key, value: Overlay.Value(chunk: chunk, index: $0.index))
                }
            })
        return seen
    }
}

/// An answer that is no JSON.
struct UnreadableAnswer: Error, CustomStringConvertible {
    let type: String
    let quote: String
    let error: JSONError

    var description: String {
        "the answer\(type.isEmpty ? "" : " (\(type))") is no JSON, \(error): \(quote)"
    }
}
