package import Diagnostics
package import Pacing
package import Streaming

extension RetryPolicy: FieldGroup {
    package static let options = Options<RetryPolicy>(
        Field<Int>(
            "attempts", default: RetryPolicy().attempts, "Attempts in all, the first included.",
            .range(1...1000)),
        Field<Duration>(
            "initial", default: RetryPolicy().initial, "The pause after the first failure; it doubles."),
        Field<Duration?>("max", "The longest pause; 30s, or `initial` where that is longer, if left out."),
        shorthand: "attempts"
    ) { attempts, initial, maximum in
        RetryPolicy(
            attempts: attempts, initial: initial, maximum: maximum ?? max(initial, RetryPolicy().maximum))
    }
    .depending(
        on: .idle("initial", "max", because: "there is no pause with one attempt") {
            $0.text("attempts") == "1"
        },
        .idle("max", because: "the only pause between two attempts is `initial`") {
            $0.text("attempts") == "2"
        },
        .refused("max", because: "cannot have a longest pause (`max`) below the first one (`initial`)") {
            given in
            guard let most = given.duration("max"), let first = given.duration("initial") else {
                return false
            }
            return most < first
        })

    package static var typeDescription: String { "a number of attempts, or a mapping of retry options" }
}

extension Constraint where Value == ByteSize {
    /// At least one byte.
    package static let notEmpty = Constraint("at least one byte") { $0.bytes > 0 }
}

extension OnError: FieldValue {
    /// The words of the short form.
    package enum Policy: String, OptionEnum {
        case retry
        case deadLetter = "dead_letter"
        case drop, fail

        package var doc: String {
            switch self {
            case .retry: "Try again with growing pauses; when that does not help, the run fails."
            case .deadLetter: "Keep the record, the error and the stage with the dead letters, and go on."
            case .drop: "Count the record and forget it."
            case .fail: "End the run."
            }
        }
    }

    /// What the long form takes for a record that no retry could help.
    package enum Final: String, OptionEnum {
        case deadLetter = "dead_letter"
        case drop, fail

        package var doc: String {
            disposal == .deadLetter
                ? Policy.deadLetter.doc : disposal == .drop ? Policy.drop.doc : Policy.fail.doc
        }

        var disposal: Disposal {
            switch self {
            case .deadLetter: .deadLetter
            case .drop: .drop
            case .fail: .fail
            }
        }
    }

    private static let long = Options<OnError>(
        Field<RetryPolicy?>("retry", "Attempts and pauses before the record is given up."),
        Field<Final?>(
            "then",
            "What happens to a record that is given up; if left out, the run ends, and a record that a sink refuses for "
                + "good goes to the dead letters.", example: "dead_letter")
    ) { OnError(retry: $0, then: $1?.disposal ?? .fail, refused: $1?.disposal ?? .deadLetter) }

    package init(_ policy: Policy) {
        switch policy {
        case .retry: self.init(retry: RetryPolicy(), then: .fail, refused: .deadLetter)
        case .deadLetter: self.init(then: .deadLetter)
        case .drop: self.init(then: .drop)
        case .fail: self.init(then: .fail)
        }
    }

    package static var typeDescription: String {
        Policy.typeDescription + ", or a mapping with `retry` and `then`"
    }
    package static var members: [FieldDescription] { long.fields }
    package static var choices: [Choice] { Policy.choices }
    package var literal: JSONLiteral? { nil }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<OnError>], _ reader: inout SpecReader
    ) -> OnError? {
        guard let pairs = node.pairs else { return Policy.read(node, [], &reader).map(OnError.init) }
        return long.read(pairs, at: OptionPlace(owner: quoted(reader.option), range: node.range), &reader)
    }

    package static func schema(_ constraints: [Constraint<OnError>]) -> JSONLiteral {
        ["anyOf": [Policy.schema([]), long.schema]]
    }
}
