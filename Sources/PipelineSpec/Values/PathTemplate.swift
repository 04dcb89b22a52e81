import CEL
package import Diagnostics
package import Notation

/// A path with places that are filled in when it is used: `history/news-{date}.jsonl`.
package struct PathTemplate: ScalarValue, Hashable {
    /// What a template can ask for.
    package enum Placeholder: String, Sendable, CaseIterable {
        /// The date, `2026-01-31`, or what a format behind `:` makes of the time.
        case date
        /// The hour of the day, `00` to `23`.
        case hour
        /// The identifier of the run.
        case run
        /// The pipeline's name.
        case pipeline
    }

    /// A place that each record fills in.
    package struct RecordPlace: Sendable, Hashable {
        /// Names with dots between.
        package let field: String
        /// How the field's time is written; nil takes its text.
        package let format: DateFormat?

        /// Whether it is no field, but what expressions have as `meta`.
        fileprivate var isMeta: Bool { MetaField.paths.contains(field) }
    }

    /// What fills a template in.
    package struct Values {
        /// The time at which it is filled in, in the zone that is meant.
        package let time: CivilTime
        package let run: String
        package let pipeline: String

        package init(time: CivilTime, run: String, pipeline: String) {
            self.time = time
            self.run = run
            self.pipeline = pipeline
        }
    }

    private enum Part: Hashable {
        case text(String)
        case time(DateFormat)
        case run, pipeline
        /// By its number among ``recordPlaces``.
        case record(Int)
    }

    private let parts: [Part]
    /// The places that records fill in, in their order.
    package let recordPlaces: [RecordPlace]
    /// Where the fields' names begin in the template's UTF-8 bytes.
    private let recordOffsets: [Int]
    /// The template as it was written.
    package let text: String

    package init(scalar: ScalarText) throws(ValueProblem) {
        text = scalar.text
        if let (reason, suggestion) = PathText.problem(text) {
            throw .invalid(reason, suggestion: suggestion)
        }
        guard text != "-" else {
            throw .invalid(
                "`-` is no file here", suggestion: .advice("the `stdout` sink writes to standard output"))
        }
        (parts, recordPlaces, recordOffsets) = try Self.parse(scalar.text)
    }

    /// The path with its places filled in.
    ///
    /// - Parameter record: what a record has at each of ``recordPlaces``.
    package func path(_ values: Values, record: (Int) -> String = { _ in "" }) -> String {
        var path = ""
        for part in parts {
            switch part {
            case .text(let text): path += text
            case .time(let format): path += format.text(values.time)
            case .run: path += values.run
            case .pipeline: path += values.pipeline
            case .record(let place): path += record(place)
            }
        }
        return path
    }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<PathTemplate>], _ reader: inout SpecReader
    ) -> PathTemplate? {
        let template = readScalar(node, constraints, &reader)
        if let template, let scalar = node.scalar {
            for (place, offset) in zip(template.recordPlaces, template.recordOffsets) where !place.isMeta {
                reader.registerField(place.field, at: offset, of: scalar, at: node.range)
            }
        }
        return template
    }

    package static var typeDescription: String {
        "a path, in which " + Placeholder.allCases.map { "`{\($0.rawValue)}`" }.joined(separator: ", ")
            + " and fields such as `{feed.title}` or `{published:yyyy/MM}` are filled in"
    }

    package static var scalarSchema: JSONLiteral { SchemaFragment.text }

    package var literal: JSONLiteral? { .string(text) }

    private static func parse(
        _ text: String
    ) throws(ValueProblem) -> (parts: [Part], places: [RecordPlace], offsets: [Int]) {
        var parts: [Part] = []
        var places: [RecordPlace] = []
        var offsets: [Int] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            let inner = rest[rest.index(after: open)...]
            guard let close = inner.firstIndex(of: "}") else {
                throw .invalid("`{` is not closed", suggestion: nil)
            }
            let content = inner[..<close].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(content[0])
            let format = content.count > 1 ? try dateFormat(String(content[1])) : nil
            switch Placeholder(rawValue: name) {
            case .date: parts.append(.time(format ?? Placeholder.day))
            case .hour where format == nil: parts.append(.time(Placeholder.hours))
            case .run where format == nil: parts.append(.run)
            case .pipeline where format == nil: parts.append(.pipeline)
            case .some: throw .invalid("`{\(name)}` takes no format", suggestion: nil)
            case nil:
                try checkField(name, hasFormat: format != nil)
                parts.append(.record(places.count))
                places.append(RecordPlace(field: name, format: format))
                offsets.append(text.utf8.distance(from: text.startIndex, to: inner.startIndex))
            }
            rest = inner[inner.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return (parts, places, offsets)
    }

    private static func dateFormat(_ pattern: String) throws(ValueProblem) -> DateFormat {
        do {
            return try DateFormat(pattern)
        } catch {
            let fields = DateFormat.fields.map { "`\($0)`" }.joined(separator: ", ")
            switch error {
            case .empty:
                throw .invalid("the format behind `:` is empty", suggestion: .advice("there are \(fields)"))
            case .openQuote: throw .invalid("`'` is not closed in the format", suggestion: nil)
            case .unknown(let letters):
                throw .invalid(
                    "\(quoted(letters)) is no part of a format",
                    suggestion: .advice("there are \(fields); put text between `'`"))
            }
        }
    }

    private static func checkField(_ name: String, hasFormat: Bool) throws(ValueProblem) {
        let known = Placeholder.allCases.map(\.rawValue)
        if !hasFormat, let match = closestMatch(to: name, among: known) {
            throw .invalid(
                "there is no place \(quoted("{\(name)}"))", suggestion: .advice("did you mean `{\(match)}`?"))
        }
        let names = name.split(separator: ".", omittingEmptySubsequences: false)
        guard names.count <= 64, names.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) })
        else {
            let list = known.map { "`{\($0)}`" }.joined(separator: ", ")
            throw .invalid(
                "there is no place \(quoted("{\(name)}"))",
                suggestion: .advice("the places are \(list) and fields of records"))
        }
        if names[0] == MetaField.container, !MetaField.paths.contains(name) {
            let list = MetaField.paths.map { "`{\($0)}`" }.joined(separator: ", ")
            throw .invalid(
                "there is no place \(quoted("{\(name)}"))", suggestion: .advice("there are \(list)"))
        }
    }
}

extension PathTemplate.Placeholder {
    /// What it is filled in with, `0` for each digit; nil for what has no form.
    ///
    /// - Parameter pattern: what stands behind the `:`.
    func form(_ pattern: String?) -> String? {
        switch self {
        case .date: (pattern.flatMap { try? DateFormat($0) } ?? Self.day).form
        case .hour: Self.hours.form
        // 2026-01-31T08:05:09.250Z without its signs.
        case .run: "00000000T000000000Z"
        case .pipeline: nil
        }
    }

    fileprivate static let day = format("yyyy-MM-dd")
    fileprivate static let hours = format("HH")

    private static func format(_ pattern: String) -> DateFormat {
        guard let format = try? DateFormat(pattern) else { preconditionFailure("'\(pattern)' is a format") }
        return format
    }
}

extension PathTemplate: CustomStringConvertible {
    package var description: String { text }
}
