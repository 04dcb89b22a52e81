import Glibc
import Records

/// One iconv conversion to UTF-8.
///
/// Safe because the descriptor is owned by this value alone and closed once.
struct CharsetConverter: ~Copyable, @unchecked Sendable {
    private let descriptor: iconv_t

    /// Opens a charset by any of its spellings; nil when iconv knows none of them.
    init?(_ name: String) {
        for spelling in CharsetName.spellings(name) {
            let opened = iconv_open("UTF-8", spelling)
            if Int(bitPattern: opened) != -1, let opened {
                descriptor = opened
                return
            }
        }
        return nil
    }

    deinit { iconv_close(descriptor) }

    /// Appends the text of `bytes` and returns how many were used: a cut character waits unless `isLast`.
    ///
    /// What the charset does not define becomes U+FFFD.
    borrowing func convert(_ bytes: Bytes, into output: inout OutputBuffer, isLast: Bool) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var used = 0
        while used < bytes.count {
            var remaining = bytes.count - used
            // Safe because iconv only reads its input; the C signature merely lacks the const.
            var input: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(mutating: base + used)
                .assumingMemoryBound(to: CChar.self)
            var failure: Int32 = 0
            _ = output.append(space: remaining * 2 + 16) { room in
                var target = room.bindMemory(to: CChar.self).baseAddress
                var left = room.count
                if iconv(descriptor, &input, &remaining, &target, &left) == -1 { failure = errno }
                return room.count - left
            }
            used = bytes.count - remaining
            if failure == EINVAL, !isLast { return used }
            if failure == EILSEQ || failure == EINVAL {
                output.append("\u{FFFD}" as Unicode.Scalar)
                used += 1
            }
        }
        return used
    }
}
