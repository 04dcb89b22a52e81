import Streaming

extension BatchOperation {
    static let component = Component<any StageOperation>(
        "batch", "Collects records and passes them on together, at whichever limit is reached first.",
        Field<Int?>("size", "Records.", .range(1...1_000_000), example: "100"),
        Field<ByteSize?>("bytes", "Bytes of the records as JSON.", .notEmpty, example: "1MB"),
        Field<Duration?>("every", "Time since the batch's first record.", .positive, example: "5s"),
        shorthand: "size"
    ) { size, bytes, every in BatchOperation(BatchLimits(size: size, bytes: bytes?.bytes, every: every)) }
    .needing("size", "bytes", "every")
    .behaving(StageTraits(waits: true))
    .showing("{ size: 100, bytes: 1MB, every: 5s }")
}
