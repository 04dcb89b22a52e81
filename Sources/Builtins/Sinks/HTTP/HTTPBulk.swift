import PipelineSpec
import Records

/// How many records are one request.
struct HTTPBulk: FieldGroup {
    enum Form: String, OptionEnum {
        case array, lines

        var doc: String {
            switch self {
            case .array: "A JSON array."
            case .lines: "A line of JSON for each (NDJSON)."
            }
        }
    }

    static let defaultSize = ByteSize(bytes: 5_000_000)

    var form = Form.array
    var action: JSONTemplate?
    var around: JSONTemplate?
    var maxBytes = HTTPBulk.defaultSize.bytes
    var answers: BulkAnswers?

    static let options = Options<HTTPBulk>(
        Field<Form>("form", default: .array, "What the records are together."),
        Field<JSONTemplate?>(
            "action", "A line before that of each record.", example: "{ index: { _id: \"{id}\" } }"),
        Field<Foreign<JSONTemplate>?>(
            "around", "What the array stands in: `{records}` is the array, `{count}` how many there are.",
            .aroundRecords, example: "{ items: \"{records}\" }"),
        Field<ByteSize>(
            "max_bytes", default: HTTPBulk.defaultSize, "The longest body of several records.", .notEmpty),
        Field<BulkAnswers?>("answers", "Where the answer says what became of each record.")
    ) {
        HTTPBulk(form: $0, action: $1, around: $2?.value, maxBytes: $3.bytes, answers: $4)
    }
    .depending(
        on: .idle("action", because: "only lines have a line before them") { $0.text("form") != "lines" },
        .idle("around", because: "lines stand in nothing") { $0.text("form") == "lines" })
}

extension Constraint where Value == JSONTemplate {
    /// What stands around the records of a batch.
    static let aroundRecords = Constraint("JSON with `{records}` in it, and no field but that and `{count}`")
    {
        let names = $0.template.fields.map(\.description)
        return names.contains("records") && names.allSatisfy { $0 == "records" || $0 == "count" }
    }
}

/// Where an answer says what became of each record of a batch.
struct BulkAnswers: FieldGroup {
    /// An answer to so many records as a request has.
    static let limit = 16_000_000

    let items: FieldPath
    let status: FieldPath
    let reason: FieldPath?

    static let options = Options<BulkAnswers>(
        Field<Foreign<FieldPath>>(
            "items", "The list with an entry for each record, in order.", example: "items"),
        Field<Foreign<FieldPath>>("status", "The status in an entry, as of HTTP.", example: "index.status"),
        Field<Foreign<FieldPath>?>(
            "reason", "Why the record was refused, in an entry.", example: "index.error")
    ) { BulkAnswers(items: $0.value, status: $1.value, reason: $2?.value) }

    /// What became of each of `count` records.
    func judge(_ answer: HTTPAnswer, count: Int, redacted: (String) -> String) -> [Delivery] {
        guard let entries = answer.json?.value(at: items)?.array, entries.count == count else {
            let found = answer.json?.value(at: items)?.array?.count
            let error = HTTPProblem.answerWithoutRecords(expected: count, found: found)
            return Array(repeating: .wrong(error), count: count)
        }
        return entries.map { entry in
            guard let status = entry.value(at: status)?.int.flatMap({ Int(exactly: $0) }) else {
                return .wrong(HTTPProblem.answerWithoutRecords(expected: count, found: nil))
            }
            if (200..<300).contains(status) { return .taken(answer) }
            let reason = reason.flatMap { entry.value(at: $0) }.map { $0.string ?? $0.text } ?? ""
            let single = HTTPAnswer(status: status, headers: answer.headers, body: Array(reason.utf8))
            return Delivery(failure: status, redacted(single.reason(of: "receiver")))
        }
    }
}

extension JSON {
    /// The value at a path; nil where a name of it is absent.
    func value(at path: FieldPath) -> JSON? {
        var value = self
        for key in path.keys {
            guard let next = value[key.name] else { return nil }
            value = next
        }
        return value
    }
}
