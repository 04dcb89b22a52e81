import Diagnostics
import Notation

/// Replaces placeholders in the values of a tree, after YAML has been parsed, so that no value can break the file.
struct Interpolator {
    private let source: SourceText
    private let mode: ReadingMode
    private let limits: YAMLLimits
    private(set) var diagnostics: [Diagnostic] = []
    /// Every value that came from outside.
    private(set) var secrets: Set<String> = []
    private var total = 0

    init(_ source: SourceText, _ mode: ReadingMode, limits: YAMLLimits = .standard) {
        self.source = source
        self.mode = mode
        self.limits = limits
    }

    /// The tree with its placeholders filled in; values with problems become `broken` after reporting.
    mutating func resolve(_ node: YAMLNode) -> YAMLNode {
        switch node.content {
        case .broken: return node
        case .scalar(let scalar): return resolve(scalar, node)
        case .sequence(let elements):
            return YAMLNode(.sequence(elements.map { resolve($0) }), range: node.range, tag: node.tag)
        case .mapping(let pairs):
            let resolved = pairs.map { YAMLPair(key: $0.key, value: resolve($0.value)) }
            return YAMLNode(.mapping(resolved), range: node.range, tag: node.tag)
        }
    }

    private mutating func resolve(_ scalar: YAMLScalar, _ node: YAMLNode) -> YAMLNode {
        guard scalar.text.utf8.contains(UInt8(ascii: "$")), scalar.text.contains("${") else { return node }
        let template: Template
        do {
            template = try Template.parse(scalar.text)
        } catch {
            let map = ScalarPositionMap(scalar, range: node.range, in: source)
            report(.syntax(error.kind), place(error.range, map))
            return YAMLNode(.broken, range: node.range)
        }
        guard template.hasPlaceholders else {
            var unescaped = YAMLScalar(text: template.plainText, style: scalar.style)
            unescaped.escapes = template.escapes
            return YAMLNode(.scalar(unescaped), range: node.range, tag: node.tag)
        }
        guard case .resolving(let values) = mode else {
            var deferred = scalar
            deferred.substitution = .deferred
            deferred.template = scalar.text
            return YAMLNode(.scalar(deferred), range: node.range, tag: node.tag)
        }
        return fill(template, values, scalar, node)
    }

    private mutating func fill(
        _ template: Template, _ values: OutsideValues, _ scalar: YAMLScalar, _ node: YAMLNode
    ) -> YAMLNode {
        var problems: [(InterpolationProblem, Range<Int>)] = []
        let text = text(template, values, &problems)
        total += text.utf8.count
        if text.utf8.count > limits.scalarBytes || total > limits.textBytes {
            problems.append((.tooLong(limits.scalarBytes), 0..<scalar.text.utf8.count))
        }
        guard problems.isEmpty else {
            let map = ScalarPositionMap(scalar, range: node.range, in: source)
            for (problem, range) in problems { report(problem, place(range, map)) }
            return YAMLNode(.broken, range: node.range)
        }
        secrets.formUnion(HostName.encodedLabels(of: text))
        var filled = YAMLScalar(text: text, style: scalar.style)
        filled.substitution = .secret
        filled.template = scalar.text
        return YAMLNode(.scalar(filled), range: node.range, tag: node.tag)
    }

    private mutating func text(
        _ template: Template, _ values: OutsideValues, _ problems: inout [(InterpolationProblem, Range<Int>)]
    ) -> String {
        var result = ""
        for part in template.parts {
            switch part.content {
            case .text(let text):
                result += text
            case .file(let path):
                result += contents(path, values, part.range, &problems)
            case .variable(let name, let fallback):
                result += value(name, fallback, values, part.range, &problems)
            }
        }
        return result
    }

    private mutating func value(
        _ name: String, _ fallback: Template.Fallback, _ values: OutsideValues, _ range: Range<Int>,
        _ problems: inout [(InterpolationProblem, Range<Int>)]
    ) -> String {
        let value = values.variable(name)
        if let value, !value.isEmpty || fallback == .none {
            secrets.insert(value)
            return value
        }
        switch fallback {
        case .none: problems.append((.missingVariable(name, isEmpty: false, message: nil), range))
        case .required(let message):
            problems.append((.missingVariable(name, isEmpty: value != nil, message: message), range))
        case .value(let template): return text(template, values, &problems)
        }
        return ""
    }

    private mutating func contents(
        _ path: String, _ values: OutsideValues, _ range: Range<Int>,
        _ problems: inout [(InterpolationProblem, Range<Int>)]
    ) -> String {
        do {
            var bytes = try values.file(path)
            // Secret files usually end in a line break that is not part of the secret.
            if bytes.last == 0x0A { bytes.removeLast() }
            if bytes.last == 0x0D { bytes.removeLast() }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.append((.fileNotText(path), range))
                return ""
            }
            secrets.insert(text)
            return text
        } catch {
            problems.append((.unreadableFile(path, reason: "\(error)"), range))
            return ""
        }
    }

    private mutating func report(_ problem: InterpolationProblem, _ range: SourceRange) {
        diagnostics.append(problem.diagnostic(at: range))
    }

    private func place(_ bytes: Range<Int>, _ map: ScalarPositionMap) -> SourceRange {
        source.range(map.sourceOffset(of: bytes.lowerBound), map.sourceOffset(ofEnd: bytes.upperBound))
    }
}

extension HostName {
    /// The labels of an address's host that look otherwise in ASCII: what stood in them cannot be found there.
    fileprivate static func encodedLabels(of address: String) -> [String] {
        if address.utf8.allSatisfy({ $0 < 0x80 }) { return [] }
        let behindScheme = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        let authority = behindScheme.prefix { !"/?#".contains($0) }
        let host = (authority.split(separator: "@").last ?? "").prefix { $0 != ":" }
        let labels = HostName.ascii(host)?.split(separator: ".") ?? []
        return labels.filter { $0.hasPrefix("xn--") }.map(String.init)
    }
}
