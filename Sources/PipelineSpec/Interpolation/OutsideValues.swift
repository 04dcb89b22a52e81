/// Where `${…}` gets its values: the environment and files, given from outside so that tests need neither.
package struct OutsideValues: Sendable {
    package let variable: @Sendable (String) -> String?
    /// The bytes of a file; an error's description is shown.
    package let file: @Sendable (String) throws -> [UInt8]

    package init(
        variable: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.variable = variable
        self.file = file
    }

    /// Variables of a dictionary.
    package init(
        environment: [String: String], file: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.init(variable: { environment[$0] }, file: file)
    }
}

/// Whether a spec is only checked, or read to be run.
package enum ReadingMode: Sendable {
    /// Nothing is looked up; values with placeholders are checked for their syntax only.
    case checking
    case resolving(OutsideValues)
}

/// The values that came from `${…}`, so that logs and error messages can leave them out.
package struct Redactor: Sendable {
    private let secrets: [String]

    /// Values shorter than 4 bytes are not kept: `1` or `no` would make every text unreadable.
    package init(_ values: some Sequence<String>) {
        secrets = Set(values.filter { $0.utf8.count >= 4 }).sorted {
            ($1.utf8.count, $0) < ($0.utf8.count, $1)
        }
    }

    /// The text with every value replaced by `<redacted>`.
    package func redact(_ text: String) -> String {
        secrets.reduce(text) { Self.replace($1, in: $0) }
    }

    private static func replace(_ secret: String, in text: String) -> String {
        let pattern = Array(secret.utf8)
        let bytes = Array(text.utf8)
        guard pattern.count <= bytes.count else { return text }
        var result: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            if bytes[offset] == pattern[0], bytes[offset...].starts(with: pattern) {
                result += "<redacted>".utf8
                offset += pattern.count
            } else {
                result.append(bytes[offset])
                offset += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
