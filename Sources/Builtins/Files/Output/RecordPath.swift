import Notation
import PipelineSpec
import Records

/// The path of the file that a record goes to, from a template in which the record's fields stand.
struct RecordPath: Sendable {
    /// What stands in the place of a field that a record does not have, or that leaves nothing of a name.
    static let unknown = "unknown"

    private let template: PathTemplate
    private let fields: [FieldPath]
    private let zone: ZoneName
    private let run: String
    private let pipeline: String

    init(_ template: PathTemplate, in zone: ZoneName, of context: BuildContext) {
        self.template = template
        self.zone = zone
        run = context.run
        pipeline = context.pipeline
        fields = template.recordPlaces.map { place in
            guard let path = FieldPath(place.field) else {
                preconditionFailure("the fields of a template were checked when it was read")
            }
            return path
        }
    }

    /// Whether records decide.
    var isOfRecords: Bool { !fields.isEmpty }

    /// The path at a time, where no record decides.
    ///
    /// - Parameter now: nanoseconds since 1970.
    func path(at now: Int64) -> String { template.path(values(at: now)) }

    func path(of record: borrowing Record, at now: Int64) -> String {
        var names: [String] = []
        for (field, place) in zip(fields, template.recordPlaces) {
            names.append(name(FieldText(field, of: record)?.text, place.format))
        }
        return template.path(values(at: now)) { names[$0] }
    }

    private func values(at now: Int64) -> PathTemplate.Values {
        PathTemplate.Values(
            time: local(now.flooredQuotientAndRemainder(dividingBy: 1_000_000_000).quotient), run: run,
            pipeline: pipeline)
    }

    private func local(_ seconds: Int64) -> CivilTime {
        CivilTime(secondsSince1970: seconds + zone.offset(at: seconds))
    }

    private func name(_ text: String?, _ format: DateFormat?) -> String {
        guard var text else { return RecordPath.unknown }
        guard let format else { return RecordPath.safe(text) }
        let time = text.withUTF8 { try? Timestamp(rfc3339: $0) }
        return time.map { format.text(local($0.seconds)) } ?? RecordPath.unknown
    }

    /// Bytes of a text that become part of a name, at most.
    private static let limit = 100

    /// A text as a part of a file's name: no folder, nothing hidden, nothing that a usual file system refuses.
    static func safe(_ text: String) -> String {
        var name = ""
        for character in text {
            let isSafe = character.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && scalar.value != 0x7F && !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
            }
            let next = isSafe ? String(character) : "_"
            guard name.utf8.count + next.utf8.count <= limit else { break }
            name += next
        }
        let isEdge = { (character: Character) in character == "." || character.isWhitespace }
        let trimmed = name.drop(while: isEdge).reversed().drop(while: isEdge).reversed()
        return trimmed.isEmpty ? unknown : String(trimmed)
    }
}
