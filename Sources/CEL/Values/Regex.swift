import CRE2
import Synchronization

/// A regular expression of RE2: linear in the text, without backtracking, bounded in memory.
///
/// Safe because RE2 objects are immutable and may be used from any thread.
final class Regex: @unchecked Sendable {
    struct BadPattern: Error {
        let reason: String
    }

    private static let maximumMemory: Int64 = 8 << 20

    private let pattern: OpaquePointer

    init(_ text: String) throws(BadPattern) {
        var text = text
        pattern = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                cre2_compile($0.baseAddress, $0.count, Regex.maximumMemory)
            }
        }
        let reason = String(cString: cre2_error(pattern))
        // `deinit` runs for a pattern with an error too.
        guard reason.isEmpty else { throw BadPattern(reason: reason) }
    }

    deinit { cre2_free(pattern) }

    func matches(_ text: Text) -> Bool {
        text.utf8.withMemoryRebound(to: CChar.self) { cre2_matches(pattern, $0.baseAddress, $0.count) }
    }
}

/// Patterns that are known only at run time, the last few kept.
enum RegexCache {
    private static let capacity = 64
    private static let patterns = Mutex<[String: Regex]>([:])

    static func pattern(_ text: String) throws(Regex.BadPattern) -> Regex {
        if let known = patterns.withLock({ $0[text] }) { return known }
        let regex = try Regex(text)
        patterns.withLock { patterns in
            if patterns.count >= capacity { patterns.removeAll(keepingCapacity: true) }
            patterns[text] = regex
        }
        return regex
    }
}
