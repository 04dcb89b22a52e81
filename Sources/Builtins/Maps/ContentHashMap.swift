import Crypto
import Notation
import PipelineSpec
import Records
import Streaming

/// Writes a hash of some fields into another.
struct ContentHashMap: Transform {
    static let component = MapComponent(
        "content_hash", "Writes the SHA-256 of some fields, in hexadecimal, into a field.",
        details: """
            The hash is of the fields' values in order with a line end between; texts count by their content, other \
            values as JSON, absent ones as nothing.
            """,
        produces: .feedItem, fields: .writes(option: "into"),
        Field<[FieldPath]>(
            "fields",
            default: [FieldPath(first: Key("title")), FieldPath(first: Key("content"), [Key("text")])],
            "The fields that make up the hash."),
        Field<TargetPath>(
            "into", default: TargetPath(FieldPath(first: Key("content_hash"))), "Where to write it.")
    ) { fields, into in ContentHashMap(fields: fields, into: into.path) }

    let fields: [FieldPath]
    let into: FieldPath

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        var hash = SHA256()
        for (index, field) in fields.enumerated() {
            if index > 0 { hash.update(data: [UInt8(ascii: "\n")]) }
            guard let node = field.node(in: record) else { continue }
            if node.withUTF8({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
                hash.update(bufferPointer: UnsafeRawBufferPointer(node.text))
            }
        }
        let digest = String(hexadecimal: hash.finalize())
        var changes = FieldChanges()
        changes.add(into, .write { $0.string(digest) })
        try changes.apply(to: record, &edit)
    }
}
