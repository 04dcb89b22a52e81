import CEL
import Notation
import Records
import Testing

/// 2024-05-01T12:00:00Z.
let noon = Timestamp(nanosecondsSince1970: 1_714_564_800_000_000_000)

let context = EvaluationContext { noon }

/// A record from JSON text.
func record(_ json: String, index: UInt64 = 0, source: String = "test") throws -> Record {
    let origin = Origin(source: source, received: 1_714_560_000_000_000_000)
    let (chunk, root) = try JSONParser().parse(json, origin: origin)
    return Record(chunk: chunk, root: root, index: index)
}

/// The value of an expression without variables, or its error's description.
func evaluate(_ text: String, in environment: Environment = Environment()) -> String {
    do {
        let program = try Program.compile(text, in: environment)
        switch program.value(of: [:], in: context) {
        case .success(let value): return value.description
        case .failure(let error): return "\(error.kind)"
        }
    } catch {
        return error.errors.map { "\($0)" }.joined(separator: "; ")
    }
}

/// The value of an expression over a record, or its error's description.
func evaluate(
    _ text: String, over json: String, in environment: Environment = .records()
) throws -> String {
    let program = try Program.compile(text, in: environment)
    switch program.value(of: try record(json), in: context) {
    case .success(let value): return value.description
    case .failure(let error): return "\(error)"
    }
}

/// What a filter says of a record.
func match(
    _ text: String, _ json: String, in environment: Environment = .records()
) throws -> MatchOutcome {
    try Program.compile(text, in: environment).matches(try record(json), in: context)
}

/// The errors of an expression that must not compile.
func compileErrors(_ text: String, in environment: Environment = Environment()) -> [CompileError] {
    do {
        _ = try Program.compile(text, in: environment)
        return []
    } catch {
        return error.errors
    }
}

/// The part of a text that an error points at.
func marked(_ error: CompileError, in text: String) -> String {
    String(decoding: Array(text.utf8)[error.range], as: UTF8.self)
}
