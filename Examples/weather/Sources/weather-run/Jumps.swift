import FeedSpine
import FeedSpineRunner
import Synchronization

/// A stage: only readings that differ from the station's last one that went through.
///
/// What it remembers lasts as long as the run, as with every stage of a program.
final class Jumps: RecordStage {
    static let component = Component.stage(
        "jumps", "Lets a reading through when it differs from the last one of its station.",
        Field<Double>("by", "The least difference, in degrees.", .range(0...200), example: "1.5"),
        Field<String>("of", default: "fahrenheit", "The field with the degrees.", .notEmpty)
    ) { least, field in Jumps(by: least, of: field) }

    private let least: Double
    private let field: String
    private let last = Mutex<[String: Double]>([:])

    init(by least: Double, of field: String) {
        self.least = least
        self.field = field
    }

    func admits(_ record: Record) throws -> Bool {
        guard let degrees = record[field].double else { throw NoDegrees(field: field) }
        let station = record["station"].string ?? ""
        return last.withLock { last in
            if let before = last[station], abs(degrees - before) < least { return false }
            last[station] = degrees
            return true
        }
    }

    private struct NoDegrees: Error, CustomStringConvertible {
        let field: String

        var description: String { "'\(field)' is no number" }
    }
}
