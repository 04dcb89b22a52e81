import Glibc
import Notation

/// Writes the content of a string to `output`; answers the number of bytes.
///
/// `raw` is the checked text between the quotes, and `output` has room for as many bytes: no escape is shorter than
/// what it stands for. A lone surrogate becomes U+FFFD.
func unescape(_ raw: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
    guard let source = raw.baseAddress, let target = output.baseAddress else { return 0 }
    var read = 0
    var written = 0
    while read < raw.count {
        let rest = raw.count - read
        let run =
            memchr(source + read, Int32(UInt8(ascii: "\\")), rest)
            .map { source.distance(to: UnsafePointer($0.assumingMemoryBound(to: UInt8.self))) - read } ?? rest
        memcpy(target + written, source + read, run)
        read += run
        written += run
        guard read < raw.count else { break }
        if source[read + 1] == UInt8(ascii: "u") {
            let (scalar, length) = unicodeEscape(source + read, limit: raw.count - read)
            for byte in Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter {
                target[written] = byte
                written += 1
            }
            read += length
        } else {
            target[written] = shortEscape(source[read + 1])
            written += 1
            read += 2
        }
    }
    return written
}

/// The character that a backslash and this letter stand for.
private func shortEscape(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
}

/// The scalar at a `\uXXXX`, which may be the first half of a surrogate pair, and the bytes it took.
private func unicodeEscape(_ place: UnsafePointer<UInt8>, limit: Int) -> (scalar: Unicode.Scalar, length: Int)
{
    let replacement: Unicode.Scalar = "\u{FFFD}"
    let unit = codeUnit(place)
    if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
    guard UTF16.isLeadSurrogate(unit), limit >= 12, place[6] == UInt8(ascii: "\\"),
        place[7] == UInt8(ascii: "u")
    else { return (replacement, 6) }
    let second = codeUnit(place + 6)
    guard UTF16.isTrailSurrogate(second) else { return (replacement, 6) }
    let value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(second & 0x3FF))
    return (Unicode.Scalar(value) ?? replacement, 12)
}

private func codeUnit(_ place: UnsafePointer<UInt8>) -> UInt16 {
    (2..<6).reduce(0) { $0 << 4 | UInt16(place[$1].hexValue ?? 0) }
}
