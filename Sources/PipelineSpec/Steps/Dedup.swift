import CEL
import Records
package import Streaming

extension DedupOperation {
    private static let day = Duration.seconds(86_400)

    static let component = Component<any StageOperation>(
        "dedup", "Drops records that were delivered before.",
        details: "A record becomes history with its delivery, so that a failed delivery loses nothing. "
            + "With both `key` and `near` it is two stages: the second compares the texts of what the first "
            + "lets through.",
        Field<[Expression]?>(
            "key", default: nil,
            "What makes two records the same: fields or expressions, which must all be equal.",
            example: "[url]", role: .address),
        Field<NearText?>(
            "near", "What makes two records the same story: texts that are similar.",
            example: "{ text: [title, content.text], similarity: 0.8 }", role: .address),
        Field<Duration>("history", default: day, "How long a record counts as seen.", .positive),
        Field<Duration>(
            "ttl", default: day * 7, "How long the state remembers it; at least `history`.", .positive),
        Field<Bool>(
            "sightings", default: false,
            "Keep for each key which sources have shown it, and when, as long as the state remembers it; "
                + "`state sightings` prints it."),
        shorthand: "key"
    ) { context, key, near, history, ttl, sightings in
        if let near, context[StagePartNameKey.self]?.name != "key" {
            return NearOperation(near.comparison, history: history, ttl: max(ttl, history))
        }
        return DedupOperation(
            try context.identification(key ?? []), history: history, ttl: max(ttl, history),
            keepsSightings: sightings)
    }
    .needing("key", "near")
    // A `ttl` that is not given follows `history`.
    .depending(
        on: .refused(
            "ttl", because: "cannot forget records (`ttl`) while they still count as seen (`history`)"
        ) { given in
            guard let ttl = given.duration("ttl"), let history = given.duration("history") else {
                return false
            }
            return ttl < history
        },
        .idle("sightings", because: "they are kept of the values of a `key`") { !$0.has("key") }
    )
    .showing("{ key: [url], history: 24h, ttl: 7d }")
    .behaving(StageTraits(place: .beforeDelivery, carriesOver: false, parts: ["key", "near"]))
}

extension BuildContext {
    /// What makes two records the same: that the values of all parts of a key are equal.
    package func identification(_ key: [Expression]) throws -> any Identification {
        // The order of the parts says nothing, and must not change what is stored.
        let parts = key.sorted {
            $0.canonicalText.utf8.lexicographicallyPrecedes($1.canonicalText.utf8)
        }
        return CombinedIdentification(
            parts: try parts.map { expression in
                // A plain field path, which most keys are, needs no evaluation.
                if let path = fieldPath(expression.text) {
                    return FieldIdentification(
                        paths: [path], isScopedBySource: isItemID(path, expression.source.shape))
                }
                return CELIdentification(
                    program: try compile(expression.source), context: self[EvaluationContextKey.self])
            })
    }

    /// Whether a path is that of a feed item's id, which feeds make without knowing of each other.
    private func isItemID(_ path: [Key], _ shape: RecordShape) -> Bool {
        switch shape {
        case .feedItem, .fields(_, areItems: true): path == [Key("id")]
        default: false
        }
    }

    /// The keys of an expression that is nothing but a path of a record's fields.
    private func fieldPath(_ text: String) -> [Key]? {
        let names = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPath = names.allSatisfy { name in
            name.utf8.first.map { $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isLetter } == true
                && name.utf8.allSatisfy {
                    Character(Unicode.Scalar($0)).isLetter || (0x30...0x39).contains($0)
                        || $0 == UInt8(ascii: "_")
                }
        }
        guard isPath, let first = names.first, !RecordNames.all.contains(String(first)) else { return nil }
        return names.map { Key(String($0)) }
    }
}
