import Records

extension HeldRecord {
    /// The stored form of a record, its overlay applied.
    init(_ record: Record) {
        var output = OutputBuffer()
        output.append(record)
        let origin = record.chunk.origin
        self.init(
            source: origin.source, received: origin.received, index: record.index,
            json: String(decoding: output.bytes, as: UTF8.self))
    }

    /// The record again.
    ///
    /// - Parameter slot: the number of the record's source in this run.
    func record(slot: Int) throws -> Record {
        let origin = Origin(source: source, slot: slot, received: received)
        let (chunk, root) = try JSONParser().parse(json, origin: origin)
        return Record(chunk: chunk, root: root, index: index)
    }
}
