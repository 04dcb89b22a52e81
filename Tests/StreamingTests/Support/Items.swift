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

/// A generator whose numbers follow from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
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
