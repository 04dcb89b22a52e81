import Records

extension HeldRecord {
    /// The stored form of a record, its overlay applied.
    init(_ record: Record, number: UInt64) {
        var output = OutputBuffer()
        output.append(record)
        let origin = record.chunk.origin
        self.init(
            number: number, source: origin.source, received: origin.received, index: record.index,
            json: String(decoding: output.bytes, as: UTF8.self), admissions: record.admissions(),
            isDelivered: record.isDelivered)
    }

    /// The record again, without what it carried.
    ///
    /// - Parameter slot: the number of the record's source in this run.
    func record(slot: Int) throws -> Record {
        let origin = Origin(source: source, slot: slot, received: received)
        let (chunk, root) = try JSONParser().parse(json, origin: origin)
        var record = Record(chunk: chunk, root: root, index: index)
        record.isDelivered = isDelivered
        return record
    }
}
