import Notation

/// Accessors of timestamps and durations.
enum TimeFunctions {
    static let all: [Function] = [
        accessor("getFullYear", "The year.", "2009") { $0.year },
        accessor("getMonth", "The month, January is 0.", "1") { $0.month - 1 },
        accessor("getDate", "The day of the month, from 1.", "13") { $0.day },
        accessor("getDayOfMonth", "The day of the month, from 0.", "12") { $0.day - 1 },
        accessor("getDayOfWeek", "The day of the week, Sunday is 0.", "5") { $0.weekday },
        accessor("getDayOfYear", "The day of the year, from 0.", "43") { $0.dayOfYear },
        accessor(
            "getHours", "The hour of a timestamp, or the whole hours of a duration.", "23",
            unit: 3_600_000_000_000
        ) { $0.hour },
        accessor(
            "getMinutes", "The minute of a timestamp, or the whole minutes of a duration.", "31",
            unit: 60_000_000_000
        ) { $0.minute },
        accessor(
            "getSeconds", "The second of a timestamp, or the whole seconds of a duration.", "30",
            unit: 1_000_000_000
        ) { $0.second },
        zoned(
            Function(
                "getMilliseconds", "The milliseconds within the second, of a timestamp or a duration.",
                examples: [.init("duration('1.25s').getMilliseconds()", "250")],
                Overload(.member, [.timestamp], .int, .one { value, frame in milliseconds(value, &frame) }),
                Overload(
                    .member, [.timestamp, .string], .int,
                    .two { value, _, frame in milliseconds(value, &frame) }),
                Overload(.member, [.duration], .int, .one { value, frame in milliseconds(value, &frame) })))
    ]

    private static let example = "timestamp('2009-02-13T23:31:30Z')"

    private static func accessor(
        _ name: String, _ doc: String, _ result: String, unit: Int64? = nil,
        _ part: @escaping @Sendable (CivilTime) -> Int64
    ) -> Function {
        let zoneDoc = " Timestamps are read in UTC or in the time zone given: an IANA name or `±HH:MM`."
        var function = Function(
            name, doc + zoneDoc, examples: [.init("\(example).\(name)()", result)],
            Overload(
                .member, [.timestamp], .int,
                .one { value, _ in
                    .int(part(CivilTime(secondsSince1970: seconds(value))))
                }),
            Overload(
                .member, [.timestamp, .string], .int,
                .two { value, zone, frame in
                    let seconds = seconds(value)
                    let zone = frame.string(zone).string
                    // A zone that is not known yet is looked for in files.
                    guard frame.spend(16) else { return frame.costFailure(at: -1) }
                    guard let offset = TimeZones.offset(of: zone, at: seconds) else {
                        return frame.failure(.invalidArgument, unknown(zone))
                    }
                    return .int(part(CivilTime(secondsSince1970: seconds + offset)))
                }))
        if let unit {
            function.overloads.append(
                Overload(
                    .member, [.duration], .int,
                    .one { value, _ in
                        guard case .duration(let nanoseconds) = value else { return .int(0) }
                        return .int(nanoseconds / unit)
                    }))
        }
        return zoned(function)
    }

    /// The function, which refuses constant names of time zones that there are not.
    private static func zoned(_ function: Function) -> Function {
        var function = function
        function.problemOfArgument = { zone in
            TimeZones.offset(of: zone, at: 0) == nil ? (unknown(zone), TimeZones.closest(to: zone)) : nil
        }
        return function
    }

    private static func unknown(_ zone: String) -> String { "unknown time zone \(Quoting.quote(zone))" }

    private static func seconds(_ value: Value) -> Int64 {
        if case .timestamp(let timestamp) = value { timestamp.seconds } else { 0 }
    }

    private static func milliseconds(_ value: Value, _ frame: inout Frame) -> Value {
        switch value {
        case .timestamp(let timestamp): .int(Int64(timestamp.nanoseconds) / 1_000_000)
        case .duration(let nanoseconds): .int(nanoseconds / 1_000_000 % 1000)
        default: .int(0)
        }
    }
}
