import Streaming

/// What a `dedup` compares texts by.
package struct NearText: FieldGroup {
    /// What becomes of a record whose text is similar to another's.
    package enum Then: String, OptionEnum {
        case drop, mark

        package var doc: String {
            switch self {
            case .drop: "It is dropped, as a duplicate."
            case .mark: "It goes on; `meta.cluster` and `meta.similar_to` say which story it belongs to."
            }
        }
    }

    let texts: [FieldPath]
    let similarity: Double
    let then: Then

    package static let options = Options<NearText>(
        Field<[FieldPath]>(
            "text", "The fields whose texts are compared, together.", example: "[title, content.text]",
            role: .address),
        Field<Double>(
            "similarity", default: 0.8,
            "The least similarity: of all pairs of neighbouring words that two texts have, the share that they have in "
                + "common.", .range(0.5...1)),
        Field<Then>("then", default: .drop, "What becomes of a record whose text is similar to another's."),
        shorthand: "text"
    ) { NearText(texts: $0, similarity: $1, then: $2) }

    /// For the engine.
    var comparison: NearDuplicates {
        let then: NearDuplicates.Then =
            switch then {
            case .drop: .drop
            case .mark: .mark
            }
        return NearDuplicates(texts: texts.map(\.keys), similarity: similarity, then: then)
    }
}
