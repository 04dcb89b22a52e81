import Notation

/// How much a finding matters: errors make a spec invalid, warnings do not.
package enum Severity: String, Sendable, CaseIterable, Comparable {
    case error, warning, note

    package static func < (left: Severity, right: Severity) -> Bool {
        func rank(_ severity: Severity) -> Int {
            switch severity {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
        return rank(left) < rank(right)
    }
}

/// What a reader can do about a finding.
package enum Suggestion: Sendable, Hashable {
    /// Something like it exists: put `replacement` where the finding points.
    case replacement(String)
    /// Advice in a sentence.
    case advice(String)

    /// The suggestion in words, without `help:`.
    package var text: String {
        switch self {
        case .replacement(let name): "did you mean \(quoted(name))?"
        case .advice(let sentence): sentence
        }
    }
}

/// One finding about a source text.
package struct Diagnostic: Sendable, Hashable {
    /// A second place or remark that belongs to a finding.
    package struct Note: Sendable, Hashable {
        package let message: String
        package let range: SourceRange?

        package init(_ message: String, at range: SourceRange? = nil) {
            self.message = message
            self.range = range
        }
    }

    package let rule: Rule
    package let severity: Severity
    package let message: String
    package let range: SourceRange
    package let suggestion: Suggestion?
    package let notes: [Note]

    /// A finding with the severity of its rule unless another is given.
    package init(
        _ rule: Rule, _ message: String, at range: SourceRange, severity: Severity? = nil,
        suggestion: Suggestion? = nil, notes: [Note] = []
    ) {
        self.rule = rule
        self.severity = severity ?? rule.severity
        self.message = message
        self.range = range
        self.suggestion = suggestion
        self.notes = notes
    }
}

/// The findings about one file, in the order of their places.
package struct FileDiagnostics: Sendable {
    package let source: SourceText
    package let diagnostics: [Diagnostic]

    /// Whether the file is not there, or cannot be read.
    package var isUnreadable: Bool { diagnostics.contains { $0.rule == .unreadableFile } }

    /// Sorts the findings by place and leaves out repetitions (an alias may bring one twice).
    package init(_ source: SourceText, _ diagnostics: [Diagnostic]) {
        self.source = source
        var seen: Set<Diagnostic> = []
        let distinct = diagnostics.filter { seen.insert($0).inserted }
        self.diagnostics = distinct.enumerated()
            .sorted {
                ($0.element.range.start.offset, $0.offset) < ($1.element.range.start.offset, $1.offset)
            }
            .map(\.element)
    }

    package var errorCount: Int { diagnostics.count { $0.severity == .error } }
    package var warningCount: Int { diagnostics.count { $0.severity == .warning } }
}

/// A name from a spec as it stands in a message: in backquotes, on one line, clipped after 60 characters,
/// control characters escaped.
package func quoted(_ name: String) -> String {
    let limit = 60
    let start = name.prefix(limit)
    let clipped = start.endIndex < name.endIndex ? start + "…" : name
    return "`" + printable(clipped) + "`"
}

/// The text with everything escaped that a terminal would act on instead of showing it.
package func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case _ where isUnprintable(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// A JSON text, on one line, with the same characters escaped as JSON does it, so that its value stays as it is.
package func printable(json: String) -> String {
    guard json.unicodeScalars.contains(where: isUnprintable) else { return json }
    var result = ""
    // Nothing but the texts within holds such characters.
    for scalar in json.unicodeScalars {
        guard isUnprintable(scalar) else {
            result.unicodeScalars.append(scalar)
            continue
        }
        for unit in scalar.utf16 {
            result += "\\u" + String(unit, radix: 16, width: 4)
        }
    }
    return result
}

/// Control characters, and the direction marks that can make a line read otherwise than it is.
func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    // Marks of annotations and tags, which no terminal shows.
    case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
}
