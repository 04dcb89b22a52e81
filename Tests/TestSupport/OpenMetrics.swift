/// A document of OpenMetrics 1.0, read strictly: what the specification does not allow is an error with its line.
package struct OpenMetrics: Sendable {
    package struct Problem: Error, CustomStringConvertible {
        package let line: Int
        package let text: String
        package var description: String { "line \(line): \(text)" }
    }

    package struct Sample: Sendable {
        package let name: String
        package let labels: [String: String]
        package let value: Double
    }

    /// By the family's name, its type.
    package private(set) var types: [String: String] = [:]
    package private(set) var samples: [Sample] = []
    private var helps: Set<String> = []
    private var seen: Set<String> = []
    private var family = ""

    /// - Throws: ``Problem``.
    package init(_ text: String) throws {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.popLast() == "", lines.popLast() == "# EOF" else {
            throw Problem(line: lines.count, text: "the document does not end with '# EOF' and a line feed")
        }
        for (index, line) in lines.enumerated() {
            do {
                try read(line)
            } catch let reason as Reason {
                throw Problem(line: index + 1, text: "\(reason.text): \(line)")
            }
        }
        for (name, type) in types where type == "histogram" { try checkHistogram(name) }
    }

    /// The value of the one sample with that name and, among others, these labels; nil where there is none, or several.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return found.count == 1 ? found[0].value : nil
    }

    private struct Reason: Error { let text: String }

    private mutating func read(_ line: String) throws {
        if line.hasPrefix("# ") { return try readMetadata(line.dropFirst(2)) }
        guard !line.hasPrefix("#") else { throw Reason(text: "comments are not allowed") }
        var cursor = Cursor(line)
        let name = try cursor.name(colons: true)
        let labels = cursor.next == "{" ? try cursor.labels() : [:]
        guard cursor.take() == " " else { throw Reason(text: "no blank before the value") }
        let number = String(cursor.rest)
        guard let value = OpenMetrics.number(number) else { throw Reason(text: "no number") }
        try check(name, labels, value)
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    private mutating func readMetadata(_ text: Substring) throws {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 3 else { throw Reason(text: "no metadata") }
        if parts[1] != family {
            guard types[parts[1]] == nil, !helps.contains(parts[1]) else {
                throw Reason(text: "the samples of a metric do not stand together")
            }
            family = parts[1]
        }
        switch parts[0] {
        case "TYPE":
            let all: Set = [
                "counter", "gauge", "histogram", "gaugehistogram", "stateset", "info", "summary", "unknown"
            ]
            guard all.contains(parts[2]) else { throw Reason(text: "no such type") }
            guard types.updateValue(parts[2], forKey: family) == nil else { throw Reason(text: "two types") }
        case "HELP":
            guard helps.insert(family).inserted else { throw Reason(text: "two helps") }
            _ = try Cursor.unescaped(parts[2])
        case "UNIT":
            guard family.hasSuffix("_" + parts[2]) else { throw Reason(text: "the name has no such unit") }
        default: throw Reason(text: "no such metadata")
        }
        if samples.contains(where: { $0.name.hasPrefix(family + "{") || $0.name == family }) {
            throw Reason(text: "metadata stands behind samples")
        }
    }

    private mutating func check(_ name: String, _ labels: [String: String], _ value: Double) throws {
        let endings: [String: [String]] = [
            "counter": ["_total"], "gauge": [""], "info": ["_info"],
            "histogram": ["_bucket", "_sum", "_count"]
        ]
        guard let type = types[family], let allowed = endings[type] else { throw Reason(text: "no type") }
        guard let ending = allowed.first(where: { name == family + $0 }) else {
            throw Reason(text: "no sample of \(family), which is a \(type)")
        }
        guard labels["le"] == nil || ending == "_bucket" else { throw Reason(text: "le is for buckets") }
        if type == "counter" || type == "histogram", value.isNaN || value < 0 {
            throw Reason(text: "counts are not below zero")
        }
        if type == "info", value != 1 { throw Reason(text: "an info is 1") }
        let key = name + labels.sorted { $0.key < $1.key }.map { "\u{0}\($0.key)\u{0}\($0.value)" }.joined()
        guard seen.insert(key).inserted else { throw Reason(text: "the same sample twice") }
    }

    private func checkHistogram(_ name: String) throws {
        var groups: [[String: String]: [Sample]] = [:]
        for sample in samples where sample.name == name + "_bucket" {
            var labels = sample.labels
            labels["le"] = nil
            groups[labels, default: []].append(sample)
        }
        for (labels, buckets) in groups {
            let ends = try buckets.map { bucket in
                guard let text = bucket.labels["le"], let end = OpenMetrics.number(text),
                    text == "+Inf" || text.contains(".") || text.contains("e")
                else { throw Problem(line: 0, text: "\(name): a bucket's end is no number with a point") }
                return end
            }
            let isWhole =
                ends == ends.sorted() && ends.last == .infinity
                && buckets.map(\.value) == buckets.map(\.value).sorted()
                && samples.contains {
                    $0.name == name + "_count" && $0.labels == labels && $0.value == buckets.last?.value
                } && samples.contains { $0.name == name + "_sum" && $0.labels == labels }
            guard isWhole else { throw Problem(line: 0, text: "\(name): a histogram that does not add up") }
        }
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) } ? Double(text) : nil
        }
    }

    private struct Cursor {
        private(set) var rest: Substring

        init(_ text: String) { rest = text[...] }

        var next: Character? { rest.first }
        mutating func take() -> Character? { rest.popFirst() }

        mutating func name(colons: Bool) throws -> String {
            let name = rest.prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || colons && $0 == ":")
            }
            guard let first = name.first, !first.isNumber else { throw Reason(text: "no name") }
            rest = rest.dropFirst(name.count)
            return String(name)
        }

        mutating func labels() throws -> [String: String] {
            var labels: [String: String] = [:]
            _ = take()
            while next != "}" {
                if !labels.isEmpty { guard take() == "," else { throw Reason(text: "no comma") } }
                let name = try name(colons: false)
                guard take() == "=", take() == "\"" else { throw Reason(text: "no value of a label") }
                var value = ""
                while let character = take(), character != "\"" {
                    value.append(character)
                    if character == "\\" { value.append(take() ?? " ") }
                }
                guard labels.updateValue(try Cursor.unescaped(value), forKey: name) == nil else {
                    throw Reason(text: "a label twice")
                }
            }
            _ = take()
            return labels
        }

        static func unescaped(_ text: String) throws -> String {
            var result = ""
            var characters = text[...]
            while let character = characters.popFirst() {
                guard character == "\\" else {
                    result.append(character)
                    continue
                }
                switch characters.popFirst() {
                case "n": result.append("\n")
                case "\\": result.append("\\")
                case "\"": result.append("\"")
                default: throw Reason(text: "no such escape")
                }
            }
            return result
        }
    }
}
