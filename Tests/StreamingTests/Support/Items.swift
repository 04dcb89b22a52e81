import Logging
import Records
import Streaming

/// Records and their text.
enum Items {
    static func records(_ texts: [String], origin: Origin, from index: UInt64 = 0) throws -> [Record] {
        try texts.enumerated().map { place, text in
            let (chunk, root) = try JSONParser().parse(text, origin: origin)
            return Record(chunk: chunk, root: root, index: index + UInt64(place))
        }
    }

    /// Records `{"n":…}` numbered through a range.
    static func numbered(_ range: Range<Int>, source: String = "s", slot: Int = 0) throws -> [Record] {
        let origin = Origin(source: source, slot: slot, received: 7)
        return try records(range.map { "{\"n\":\($0)}" }, origin: origin, from: UInt64(range.lowerBound))
    }

    static func text(_ record: Record) -> String {
        var output = OutputBuffer()
        output.append(record)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    static func numbers(_ records: [Record]) -> [Int] {
        records.compactMap { $0["n"]?.int.map { Int($0) } }
    }
}

struct Broken: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String = "broken") { self.description = description }
}

struct Refused: PermanentFailure {}

extension RunEnvironment {
    /// An environment in which nothing comes from outside: 1000 s after 1970, no chance, no log.
    static func quiet(
        clock: any Clock<Duration> = ManualClock(),
        now: @escaping @Sendable () -> Int64 = { 1_000_000_000_000 },
        deadLetters: (any Sink)? = nil, watches: Bool = false, limit: Int? = nil
    ) -> RunEnvironment {
        RunEnvironment(
            clock: clock, now: now, random: { 1 }, logger: .silent, deadLetters: deadLetters,
            watches: watches,
            limit: limit)
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
