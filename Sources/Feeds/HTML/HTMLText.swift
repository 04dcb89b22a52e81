import CSIMD
import Notation
import Records

/// Plain text from HTML, without building a tree.
package enum HTMLText {
    /// The text that a reader of the HTML sees, in one line: no tags, references replaced, white space
    /// collapsed, words in neighbouring blocks separated, scripts and styles left out.
    package static func plain(_ html: String) -> String {
        var html = html
        return html.withUTF8 { bytes in
            guard !isPlain(bytes) else { return nil }
            var output = OutputBuffer(reserving: bytes.count)
            appendPlain(bytes, keepingLines: false, to: &output)
            return String(valid: output.bytes)
        } ?? html
    }

    /// Text with white space collapsed and at its ends removed.
    package static func collapsed(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }

    /// Text in one line: as ``collapsed(_:)``, but text that is so already is not touched.
    static func singleLine(_ text: String) -> String {
        var text = text
        return text.withUTF8 { isSingleLine($0) } ? text : collapsed(text)
    }

    /// Whether ``singleLine(_:)`` has nothing to do.
    static func isSingleLine(_ bytes: Bytes) -> Bool {
        bytes.first != .space && bytes.last != .space
            && csimd_line_run(bytes.baseAddress, bytes.count) == bytes.count
    }

    /// Text as HTML: `&`, `<` and `>` escaped.
    package static func escaped(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var output = OutputBuffer(reserving: bytes.count + 16)
            appendEscaped(bytes, quotes: false, to: &output)
            return String(output.bytes)
        }
    }

    /// Whether ``plain(_:)`` has nothing to do.
    static func isPlain(_ bytes: Bytes) -> Bool {
        endOfPlain(bytes, from: 0) == bytes.count && bytes.first != .space && bytes.last != .space
    }

    /// What is known of the white space in a text.
    enum Spacing {
        /// There are only single spaces between words, as ``isSingleLine(_:)`` says.
        case oneLine
        /// The same of each line, and none is empty.
        case lines
        case any
    }

    /// Text in one line.
    static func appendOneLine(_ text: Bytes, _ spacing: Spacing, to output: inout OutputBuffer) {
        if spacing == .oneLine || spacing == .any && isSingleLine(text) { return output.append(text) }
        let start = output.count
        var i = 0
        while i < text.count {
            let end = text.position(of: .newline, from: i) ?? text.count
            let line = text.part(i..<end)
            i = end + 1
            if spacing == .lines || isSingleLine(line) {
                guard !line.isEmpty else { continue }
                if output.count > start { output.append(.space) }
                output.append(line)
            } else {
                let words = collapsed(String(line))
                if output.count > start, !words.isEmpty { output.append(.space) }
                output.append(words)
            }
        }
    }

    /// Appends what ``plain(_:)`` gives.
    ///
    /// - Parameter keepsLines: whether blocks and line breaks begin a line instead of being only a space.
    /// - Returns: whether that makes lines.
    @discardableResult
    static func appendPlain(
        _ bytes: Bytes, keepingLines keepsLines: Bool, to output: inout OutputBuffer
    ) -> Spacing {
        var writer = PlainWriter(keepsLines: keepsLines, start: output.count)
        var findings = HTMLTag.Findings()
        var i = 0
        while i < bytes.count {
            let end = endOfPlain(bytes, from: i)
            if end > i {
                writer.append(bytes.part(i..<end), to: &output)
                i = end
                continue
            }
            switch bytes[i] {
            case .lessThan: i = skipMarkup(bytes, i, &writer, &findings, to: &output)
            case .ampersand: i = replaceReference(bytes, i, &writer, to: &output)
            case 0xC2 where i + 1 < bytes.count && bytes[i + 1] != 0xA0:
                writer.append(bytes.part(i..<(i + 2)), to: &output)
                i += 2
            case 0xC2:
                writer.separate(.space)
                i += 2
            default:
                writer.separate(writer.isPreformatted && bytes[i] == .newline ? .line : .space)
                i += 1
            }
        }
        return writer.hasLines ? .lines : .oneLine
    }

    /// What stands between two runs of text.
    enum Gap: UInt8 {
        case none, space, line
    }

    /// Writes runs of text, with one space or line break where they are separated.
    private struct PlainWriter {
        let keepsLines: Bool
        let start: Int
        /// Inside `<pre>` line breaks mean something.
        var isPreformatted = false
        /// A line break was written.
        private(set) var hasLines = false
        private var gap = Gap.none

        init(keepsLines: Bool, start: Int) {
            self.keepsLines = keepsLines
            self.start = start
        }

        @inline(__always) mutating func separate(_ gap: Gap) {
            if gap.rawValue > self.gap.rawValue { self.gap = gap }
        }

        @inline(__always) private mutating func writeGap(to output: inout OutputBuffer) {
            guard gap != .none, output.count > start else { return }
            guard gap == .line, keepsLines else { return output.append(.space) }
            output.append(.newline)
            hasLines = true
        }

        /// Appends a run without markup and without two spaces in a row.
        @inline(__always) mutating func append(_ run: Bytes, to output: inout OutputBuffer) {
            var run = run
            if run.first == .space {
                separate(.space)
                run = run.part(1..<run.count)
            }
            guard !run.isEmpty else { return }
            writeGap(to: &output)
            gap = run[run.count - 1] == .space ? .space : .none
            output.append(gap == .space ? run.part(0..<(run.count - 1)) : run)
        }

        mutating func append(_ scalar: Unicode.Scalar, to output: inout OutputBuffer) {
            guard !scalar.isSpace else { return separate(.space) }
            writeGap(to: &output)
            gap = .none
            output.append(scalar)
        }
    }

    private static func skipMarkup(
        _ bytes: Bytes, _ i: Int, _ writer: inout PlainWriter, _ findings: inout HTMLTag.Findings,
        to output: inout OutputBuffer
    ) -> Int {
        guard let tag = HTMLTag(bytes, at: i, &findings) else {
            writer.append(bytes.part(i..<(i + 1)), to: &output)
            return i + 1
        }
        writer.separate(tag.gap)
        if let begins = tag.beginsPreformatted { writer.isPreformatted = begins }
        return tag.hidesContent ? tag.endOfElement(bytes) : tag.end
    }

    private static func replaceReference(
        _ bytes: Bytes, _ i: Int, _ writer: inout PlainWriter, to output: inout OutputBuffer
    ) -> Int {
        guard let reference = HTMLReference(bytes, at: i) else {
            writer.append(bytes.part(i..<(i + 1)), to: &output)
            return i + 1
        }
        if let scalar = reference.scalar { writer.append(scalar, to: &output) }
        return reference.end
    }

    /// The first position from `start` on of markup, a reference, white space other than a single space, or
    /// what may be a no-break space.
    @inline(__always) private static func endOfPlain(_ bytes: Bytes, from start: Int) -> Int {
        guard start < bytes.count, let base = bytes.baseAddress else { return start }
        let end = start + csimd_html_text_run(base + start, bytes.count - start)
        // The first of several spaces belongs to the run, so that each run has at most one at its end.
        return end + (end > start && end < bytes.count && bytes[end] == .space ? 1 : 0)
    }

    /// Escapes what HTML text may not hold; quotes too for attribute values.
    static func appendEscaped(_ bytes: Bytes, quotes: Bool, to output: inout OutputBuffer) {
        var clean = 0
        for i in 0..<bytes.count {
            let replacement: StaticString
            switch bytes[i] {
            case .ampersand: replacement = "&amp;"
            case .lessThan: replacement = "&lt;"
            case .greaterThan: replacement = "&gt;"
            case .quote where quotes: replacement = "&quot;"
            default: continue
            }
            output.append(bytes.part(clean..<i))
            output.append(replacement)
            clean = i + 1
        }
        output.append(bytes.part(clean..<bytes.count))
    }
}
