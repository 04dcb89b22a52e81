import Streaming

extension BatchOperation {
    static let component = Component<any StageOperation>(
        "batch", "Collects records and passes them on together, at whichever limit is reached first.",
        details: """
            When there is nothing more to read, the rest is passed on, too. A run that is stopped (`--watch`) passes on what \
            it has, but with `at`: then the next run goes on collecting, and passes on at once what the time has come for \
            meanwhile. Clocks that are put forward or back change nothing about once a day: a time that a day does not have is as \
            much later as the clock is put forward, of one that it has twice the first counts.
            """,
        Field<Int?>("size", "Records.", .range(1...1_000_000), example: "100"),
        Field<ByteSize?>("bytes", "Bytes of the records as JSON.", .notEmpty, example: "1MB"),
        Field<Duration?>("every", "Time since the batch's first record.", .positive, example: "5s"),
        Field<[TimeOfDay]?>("at", "Times of day.", example: "\"07:00\""),
        Field<ZoneName>("zone", default: .utc, "The time zone of `at`."),
        shorthand: "size"
    ) { size, bytes, every, times, zone in
        let daily = times.map { times in
            DailyTime(minutes: times.map(\.minutes), zone: zone.name) { zone.offset(at: $0) }
        }
        return BatchOperation(
            BatchLimits(size: size, bytes: bytes?.bytes, every: every, daily: daily))
    }
    .needing("size", "bytes", "every", "at")
    .depending(on: .idle("zone", because: "there is no time of day (`at`)") { !$0.has("at") })
    .behaving(StageTraits(waits: true))
    .showing("{ size: 100, bytes: 1MB, every: 5s }")
}
