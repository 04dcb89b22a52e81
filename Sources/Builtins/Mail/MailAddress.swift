import Diagnostics
import Notation
import PipelineSpec

/// Somebody who gets or sends mail: `news@example.org`, or with a name `News <news@example.org>`.
struct MailAddress: ScalarValue, Hashable {
    /// Empty for none.
    let name: String
    /// The part before the `@`, as it stands; beside ASCII it can have the letters of RFC 6531.
    let local: String
    /// In ASCII and lower case.
    let domain: String

    /// RFC 5321, 4.5.3.1.1.
    private static let mostLocalBytes = 64
    private static let marks = Set("!#$%&'*+-/=?^_`{|}~.".utf8)

    /// The address alone, as the server is told it.
    var mailbox: String { "\(local)@\(domain)" }

    init(scalar: ScalarText) throws(ValueProblem) {
        guard let address = MailAddress(scalar.text) else {
            throw .invalid(
                "it is no mail address",
                suggestion: .advice("write `news@example.org`, or `News <news@example.org>`"))
        }
        self = address
    }

    /// Nil for what is no address, such as one with a line break in it.
    init?(_ text: String) {
        guard !text.unicodeScalars.contains(where: { $0.isControl }) else { return nil }
        var mailbox = text[...].trimmed
        var name = ""
        if mailbox.hasSuffix(">"), let start = mailbox.lastIndex(of: "<") {
            let before = mailbox[..<start].trimmed
            name = MailAddress.unquoted(before)
            // Several addresses are a list.
            guard name != before || !before.contains(where: { "<>".contains($0) }) else { return nil }
            mailbox = mailbox[mailbox.index(after: start)...].dropLast()
        }
        guard let at = mailbox.lastIndex(of: "@"), MailAddress.isLocal(mailbox[..<at]),
            let domain = HostName.ascii(mailbox[mailbox.index(after: at)...]), MailAddress.isDomain(domain)
        else { return nil }
        self.name = name
        local = String(mailbox[..<at])
        self.domain = domain
    }

    /// The same with another name.
    init(_ address: MailAddress, named name: String) {
        self.name = name
        local = address.local
        domain = address.domain
    }

    /// Atoms with dots between them. What would need quotes is nobody's address.
    private static func isLocal(_ text: Substring) -> Bool {
        guard !text.isEmpty, text.utf8.count <= mostLocalBytes, !text.hasPrefix("."), !text.hasSuffix("."),
            !text.contains("..")
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else {
                return !scalar.properties.isWhitespace
            }
            return byte.isLetter || byte.isDigit || marks.contains(byte)
        }
    }

    private static func isDomain(_ text: String) -> Bool {
        HostName.isPossible(text)
            && text.utf8.allSatisfy {
                $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            } && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    private static func unquoted(_ name: Substring) -> String {
        guard name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") else { return String(name) }
        return String(name.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing(
            "\\\\", with: "\\")
    }

    static var typeDescription: String { "a mail address" }
    static var scalarSchema: JSONLiteral { String.scalarSchema }
    var literal: JSONLiteral? { .string(name.isEmpty ? mailbox : "\(name) <\(mailbox)>") }
}

extension Substring {
    /// Without blanks around it.
    fileprivate var trimmed: Substring {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension Unicode.Scalar {
    /// Line breaks of all kinds among them.
    var isControl: Bool {
        properties.generalCategory == .control || self == "\u{2028}" || self == "\u{2029}"
    }
}
