import PipelineSpec
import Records
import Streaming

import enum CEL.CanonicalURL

/// Gives one page one address.
struct CanonicalURLMap: Transform {
    static let component = MapComponent(
        "canonical_url", "Brings addresses into one form, so that the same page has the same address.",
        details: """
            Tracking parameters (`utm_…`, `fbclid`, `gclid` and their like) and a default port go, and a fragment that \
            only tracks; any other names a part of the page and stays. The host is in lower case, and an \
            international name in its ASCII form. What is no http address stays as it is.
            """,
        produces: .feedItem,
        Field<[FieldPath]>("fields", default: [FieldPath(first: Key("url"))], "The addresses.")
    ) { fields in CanonicalURLMap(fields: fields) }.with(ComponentTraits(canFail: false))

    let fields: [FieldPath]

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        var changes = FieldChanges()
        for field in fields {
            guard let text = field.node(in: record)?.string else { continue }
            let canonical = CanonicalURL.canonical(text)
            if canonical != text { changes.add(field, .write { $0.string(canonical) }) }
        }
        try changes.apply(to: record, &edit)
    }
}
