import CSIMD
import Glibc
import Records

/// Turns a document's bytes into clean UTF-8 as they arrive.
///
/// Whatever is declared, a document whose first non-ASCII bytes are valid UTF-8 is UTF-8: those who declare
/// Latin-1 or send a wrong header far outnumber texts that are valid UTF-8 by chance. One that declares UTF-8
/// but is not becomes what the other declaration says, or is repaired byte by byte.
struct CharsetDecoder: ~Copyable {
    private enum Mode {
        /// ASCII so far, so that it does not matter.
        case undecided, utf8, converted
    }

    /// How long a run of non-ASCII bytes may get before it is judged.
    private static let runLimit = 256

    private let decision: CharsetDecision
    private var mode = Mode.undecided
    private var cleaner = UTF8Cleaner()
    private var converter: CharsetConverter?
    /// Bytes that wait for more: a cut character, or a run that cannot be judged yet.
    private var pending = OutputBuffer()
    private var converted = OutputBuffer()
    private var charset: String
    /// What shows that the text is in the declared charset although all its bytes are ASCII.
    private let shift: UInt8?

    init(_ decision: CharsetDecision) {
        self.decision = decision
        charset = decision.name
        shift = CharsetName.shift(decision.name)
        if CharsetName.isWide(decision.name) || decision.name == "cp037" {
            converter = CharsetConverter(decision.name)
            mode = converter == nil ? .utf8 : .converted
        } else if decision.markLength > 0 {
            mode = .utf8
        }
    }

    /// What the decoding has shown so far.
    struct Report {
        /// The charset that is really used; the declared one as long as that is undecided.
        let name: String
        /// The declared charset was not the real one.
        let isChanged: Bool
        /// Bytes had to be replaced.
        let isRepaired: Bool
    }

    private var report: Report {
        Report(
            name: charset, isChanged: charset != decision.name && !CharsetName.isASCII(decision.name),
            isRepaired: cleaner.repaired)
    }

    /// Appends the text of the next bytes of the document.
    mutating func decode(_ bytes: Bytes, into output: inout OutputBuffer, isLast: Bool) -> Report {
        guard pending.count > 0 else {
            let used = convert(bytes, into: &output, isLast: isLast)
            pending.append(bytes.part(used..<bytes.count))
            return report
        }
        pending.append(bytes)
        var joined = OutputBuffer(reserving: 16)
        swap(&joined, &pending)
        let used = convert(joined.bytes, into: &output, isLast: isLast)
        pending.append(joined.bytes(from: used))
        return report
    }

    private mutating func convert(_ bytes: Bytes, into output: inout OutputBuffer, isLast: Bool) -> Int {
        var start = leaveASCII(bytes, into: &output)
        if mode == .undecided {
            let run = Self.firstRun(bytes)
            let isJudgeable = run.upperBound < bytes.count || isLast || run.count >= Self.runLimit
            if run.isEmpty || !isJudgeable {
                _ = cleaner.append(bytes.part(0..<run.lowerBound), to: &output, isLast: true)
                return run.lowerBound
            }
            _ = cleaner.append(bytes.part(0..<run.lowerBound), to: &output, isLast: true)
            start = run.lowerBound
            decide(bytes.part(run))
        }
        let rest = bytes.part(start..<bytes.count)
        guard mode == .converted else { return start + cleaner.append(rest, to: &output, isLast: isLast) }
        let used = converter?.convert(rest, into: &converted, isLast: isLast) ?? rest.count
        _ = cleaner.append(converted.bytes, to: &output, isLast: true)
        converted.removeAll()
        return start + used
    }

    /// Appends the text before a charset of seven bits leaves ASCII, if it does here, and answers its length.
    private mutating func leaveASCII(_ bytes: Bytes, into output: inout OutputBuffer) -> Int {
        guard mode == .undecided, let shift, let place = bytes.position(of: shift, from: 0),
            !bytes.part(0..<place).contains(where: { $0 >= 0x80 }),
            let opened = CharsetConverter(decision.name)
        else { return 0 }
        _ = cleaner.append(bytes.part(0..<place), to: &output, isLast: true)
        converter = consume opened
        mode = .converted
        return place
    }

    /// Decides by the first non-ASCII bytes.
    private mutating func decide(_ run: Bytes) {
        mode = .utf8
        let isUTF8 = Self.isUTF8(run)
        let declaresUTF8 = CharsetName.isUTF8(decision.name) || CharsetName.isASCII(decision.name)
        if isUTF8 {
            if !declaresUTF8 || CharsetName.isASCII(decision.name) { charset = "utf-8" }
            return
        }
        let candidates = declaresUTF8 ? [decision.alternative] : [decision.name, decision.alternative]
        for name in candidates.compactMap({ $0 })
        where !CharsetName.isUTF8(name) && !CharsetName.isASCII(name) {
            guard let opened = CharsetConverter(name) else { continue }
            converter = consume opened
            mode = .converted
            charset = name
            return
        }
        charset = declaresUTF8 && !CharsetName.isASCII(decision.name) ? decision.name : "windows-1252"
    }

    /// The first run of bytes that are not ASCII; empty at the end when there is none.
    private static func firstRun(_ bytes: Bytes) -> Range<Int> {
        var start = csimd_ascii_prefix(bytes.baseAddress, bytes.count)
        while start < bytes.count, bytes[start] < 0x80 { start += 1 }
        var end = start
        while end < bytes.count, bytes[end] >= 0x80, end - start < runLimit { end += 1 }
        return start..<end
    }

    private static func isUTF8(_ run: Bytes) -> Bool {
        guard let text = String(validating: run, as: UTF8.self) else {
            // A run cut at the limit may end inside a character.
            return run.count >= runLimit
                && (1...3).contains { String(validating: run.dropLast($0), as: UTF8.self) != nil }
        }
        return !text.isEmpty
    }
}
