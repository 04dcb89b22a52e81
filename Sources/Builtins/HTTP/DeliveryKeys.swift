import Crypto
import Notation
import Records

/// Names for what is sent, so that a receiver can tell what it has had before.
///
/// The name of a record is made of what it is and of the sink's address: it is the same in every run, however batches
/// are cut, and another for an item that has been edited.
struct DeliveryKeys: Sendable {
    private let start: SHA256

    init(pipeline: String, sink: String) {
        var hash = SHA256()
        DeliveryKeys.add(pipeline.utf8, to: &hash)
        DeliveryKeys.add(sink.utf8, to: &hash)
        start = hash
    }

    /// Of `id` and `content_hash`, which feed items have, or of all that the record holds.
    func key(of record: borrowing Record) -> String {
        var hash = start
        if let id = record["id"], let content = record["content_hash"], !id.isNull, !content.isNull {
            DeliveryKeys.add(id.text, to: &hash)
            DeliveryKeys.add(content.text, to: &hash)
        } else {
            var output = OutputBuffer()
            output.append(record)
            DeliveryKeys.add(output.bytes, to: &hash)
        }
        return DeliveryKeys.uuid(hash.finalize())
    }

    /// Of the records' names, in their order.
    func key(of keys: [String]) -> String {
        if keys.count == 1 { return keys[0] }
        var hash = start
        for key in keys { DeliveryKeys.add(key.utf8, to: &hash) }
        return DeliveryKeys.uuid(hash.finalize())
    }

    /// Each part with its length in front, so that no two lists of parts are one text.
    private static func add(_ bytes: some Collection<UInt8>, to hash: inout SHA256) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: Array(bytes))
    }

    /// As a UUID of version 8, which some receivers insist on.
    private static func uuid(_ digest: SHA256Digest) -> String {
        var bytes = Array(digest.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(String(hexadecimal: bytes).utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }
}
