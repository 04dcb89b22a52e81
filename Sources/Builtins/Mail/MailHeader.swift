import Notation

/// Header fields as mail has them: ASCII, with encoded words for everything else (RFC 2047), and folded (RFC 5322).
enum MailHeader {
    private static let mostLineBytes = 78
    /// Bytes of text in one encoded word: short enough that it stands on a line behind the name of any field of ours.
    private static let mostWordBytes = 39
    /// A longer word of ASCII would not fit into a line.
    private static let mostPlainBytes = 64
    private static let specials = Set("()<>[]:;@\\,.\"".utf8)

    /// A field whose value is text for people: `Subject`. Line breaks and controls in it are blanks.
    static func text(_ name: String, _ value: String) -> String {
        fold(name, words(of: oneLine(value), isPlain: { _ in true }))
    }

    /// A field with addresses.
    static func addresses(_ name: String, _ addresses: [MailAddress]) -> String {
        var tokens: [String] = []
        for (index, address) in addresses.enumerated() {
            let end = index == addresses.count - 1 ? "" : ","
            let phrase = phrase(oneLine(address.name))
            tokens += phrase
            tokens.append((phrase.isEmpty ? address.mailbox : "<\(address.mailbox)>") + end)
        }
        return fold(name, tokens)
    }

    /// A field whose value has been made for machines.
    static func plain(_ name: String, _ value: String) -> String {
        fold(name, value.split(separator: " ").map(String.init))
    }

    /// Text on one line, each run of blanks and controls one blank.
    static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isControl || scalar.properties.isWhitespace {
                if let last = line.last, last != " " { line.append(" ") }
            } else {
                line.append(scalar)
            }
        }
        if line.last == " " { line.removeLast() }
        return String(line)
    }

    /// A name in front of an address: words, one quoted text, or encoded words.
    private static func phrase(_ name: String) -> [String] {
        let words = words(of: name) { byte in !specials.contains(byte) }
        guard words.first?.hasPrefix("=?") == true, isPlain(name, { _ in true }),
            name.utf8.count <= mostPlainBytes
        else { return words }
        return ["\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""]
    }

    /// - Parameter isPlain: whether a visible character of ASCII may stand for itself.
    private static func words(of text: String, isPlain allowed: (UInt8) -> Bool) -> [String] {
        if text.isEmpty { return [] }
        let words = text.split(separator: " ")
        if isPlain(text, allowed), words.allSatisfy({ $0.utf8.count <= mostPlainBytes }) {
            return words.map(String.init)
        }
        var encoded: [String] = []
        var piece: [UInt8] = []
        func finish() {
            if !piece.isEmpty { encoded.append("=?UTF-8?B?\(Base64.encode(piece))?=") }
            piece = []
        }
        // A character stands in one word, unless it is so large that its scalars have to be apart.
        for character in text {
            let bytes = Array(character.utf8)
            if piece.count + bytes.count > mostWordBytes { finish() }
            if bytes.count <= mostWordBytes {
                piece += bytes
                continue
            }
            for scalar in character.unicodeScalars {
                let bytes = Array(String(scalar).utf8)
                if piece.count + bytes.count > mostWordBytes { finish() }
                piece += bytes
            }
        }
        finish()
        return encoded
    }

    private static func isPlain(_ text: String, _ allowed: (UInt8) -> Bool) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || ($0 > 0x20 && $0 < 0x7F && allowed($0)) } && !text.contains("=?")
    }

    private static func fold(_ name: String, _ tokens: [String]) -> String {
        var field = "\(name):"
        var width = field.utf8.count
        for (index, token) in tokens.enumerated() {
            // A line of blanks alone is no line, so the first word never begins one.
            if index > 0, width + 1 + token.utf8.count > mostLineBytes {
                field += "\r\n"
                width = 0
            }
            field += " " + token
            width += 1 + token.utf8.count
        }
        return field + "\r\n"
    }
}
