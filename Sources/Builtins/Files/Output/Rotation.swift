import Notation
import PipelineSpec

/// When a file is full: it gets another name then, and a new one begins.
struct Rotation: FieldGroup {
    static let options = Options<Rotation>(
        Field<ByteSize?>("size", "From how many bytes on.", .notEmpty, example: "100MB"),
        Field<Duration?>(
            "every", "With each such period, counted from midnight in `zone`.", .wholeSeconds, example: "1d"),
        Field<Int?>(
            "keep", "How many of the files that the sink has rotated are kept; all, if left out.",
            .range(1...10_000), example: "30"),
        shorthand: "size"
    ) { size, every, keep in
        Rotation(size: size?.bytes, every: every?.components.seconds, keep: keep)
    }.needing("size", "every")

    /// Bytes.
    let size: Int?
    /// Seconds.
    let every: Int64?
    let keep: Int?

    /// Whether a file is full.
    ///
    /// - Parameters:
    ///   - lastWrite: when something was written to it last; seconds since 1970 in the zone that is meant, as `now`.
    func isDue(size: Int, lastWrite: Int64, now: Int64) -> Bool {
        if size == 0 { return false }
        if let limit = self.size, size >= limit { return true }
        return every.map { period(of: lastWrite, $0) < period(of: now, $0) } ?? false
    }

    private func period(of seconds: Int64, _ length: Int64) -> Int64 {
        seconds.flooredQuotientAndRemainder(dividingBy: length).quotient
    }

    /// The name that a file gets: `items.jsonl.gz` becomes `items-2026-11-28T09-41-07.jsonl.gz`, so that names are in the
    /// order of time and end as before.
    static func path(of path: String, at seconds: Int64) -> String {
        let (front, end) = parts(of: path)
        return "\(front)-\(format.text(CivilTime(secondsSince1970: seconds)))\(end)"
    }

    /// Whether a path is one that the file can get which gets another one.
    static func isName(_ path: String, like other: String) -> Bool {
        guard path.utf8.count == other.utf8.count else { return false }
        let end = parts(of: other).end.utf8.count
        let length = format.form.utf8.count
        let front = other.utf8.count - end - length
        return path.utf8.prefix(front).elementsEqual(other.utf8.prefix(front))
            && path.utf8.suffix(end).elementsEqual(other.utf8.suffix(end))
            && path.utf8.dropFirst(front).first.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
                == true
    }

    /// The names that a file can get, as a template.
    static func template(of path: String) -> String {
        let (front, end) = parts(of: path)
        return "\(front)-{date:\(pattern)}\(end)"
    }

    private static let pattern = "yyyy-MM-dd'T'HH-mm-ss"
    private static let format: DateFormat = {
        guard let format = try? DateFormat(pattern) else { preconditionFailure("it is a format") }
        return format
    }()

    /// A path without what its name ends with, and that.
    private static func parts(of path: String) -> (front: Substring, end: Substring) {
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        let compression = OutputCompression(path: path).ending
        let name = path[start...].dropLast(compression.count)
        // A name that begins with a dot has no end there, nor has a place of a template.
        let place = name.lastIndex(of: "}").map(name.index(after:)) ?? name.startIndex
        guard let dot = name.dropFirst().lastIndex(of: "."), dot >= place else {
            return (path[..<name.endIndex], path[name.endIndex...])
        }
        return (path[..<dot], path[dot...])
    }
}

extension Constraint where Value == Duration {
    fileprivate static let wholeSeconds = Constraint("whole seconds, at least 1s") {
        $0 >= .seconds(1) && $0.components.attoseconds == 0
    }
}
