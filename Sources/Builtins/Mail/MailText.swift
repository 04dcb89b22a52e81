import Notation

/// Text as the body of a mail: lines that end in CR LF, and no byte that a server could take for anything else.
struct MailText {
    /// The `Content-Transfer-Encoding`.
    let encoding: String
    let bytes: [UInt8]

    private static let mostLineBytes = 76
    /// Of so many bytes, one may have to be encoded before Base64 is shorter.
    private static let quotedPrintableRatio = 6

    init(_ text: String) {
        let text = MailText.cleaned(text)
        let other = text.reduce(into: 0) { count, byte in if MailText.isOther(byte) { count += 1 } }
        if other * MailText.quotedPrintableRatio <= text.count {
            encoding = "quoted-printable"
            bytes = MailText.quotedPrintable(text)
        } else {
            encoding = "base64"
            bytes = MailText.base64(text)
        }
    }

    /// Every kind of line break as CR LF, and without controls.
    private static func cleaned(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isAfterReturn = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): if !isAfterReturn { bytes += [0x0D, 0x0A] }
            case UInt8(ascii: "\r"): bytes += [0x0D, 0x0A]
            case UInt8(ascii: "\t"): bytes.append(byte)
            case 0..<0x20, 0x7F: break
            default: bytes.append(byte)
            }
            isAfterReturn = byte == UInt8(ascii: "\r")
        }
        return bytes
    }

    private static func base64(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        // So many bytes are one full line.
        let step = mostLineBytes / 4 * 3
        for start in stride(from: 0, to: text.count, by: step) {
            bytes += Base64.encode(text[start..<min(start + step, text.count)]).utf8
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }

    private static func quotedPrintable(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + text.count / 8)
        var width = 0
        var place = 0
        while place < text.count {
            let byte = text[place]
            if byte == 0x0D {
                bytes += [0x0D, 0x0A]
                width = 0
                place += 2
                continue
            }
            let isAtEnd = place + 1 == text.count || text[place + 1] == 0x0D
            let isEncoded = mustBeEncoded(byte, isAtStart: width == 0, isAtEnd: isAtEnd)
            let length = isEncoded ? 3 : 1
            // A line that goes on ends in `=`, for which there has to be room.
            if width + length > mostLineBytes - (isAtEnd ? 0 : 1) {
                bytes += [UInt8(ascii: "="), 0x0D, 0x0A]
                width = 0
                continue
            }
            if isEncoded {
                bytes += [UInt8(ascii: "=")] + String(byte, radix: 16, width: 2, uppercase: true).utf8
            } else {
                bytes.append(byte)
            }
            width += length
            place += 1
        }
        if width > 0 { bytes += [0x0D, 0x0A] }
        return bytes
    }

    private static func isOther(_ byte: UInt8) -> Bool { byte >= 0x80 || byte == UInt8(ascii: "=") }

    /// A dot at the start of a line could be the end of the mail, and `F` is that of the `From ` which mailboxes divide mails by.
    private static func mustBeEncoded(_ byte: UInt8, isAtStart: Bool, isAtEnd: Bool) -> Bool {
        switch byte {
        case _ where isOther(byte): true
        case UInt8(ascii: "."), UInt8(ascii: "F"): isAtStart
        case 0x20, 0x09: isAtEnd
        default: false
        }
    }
}
