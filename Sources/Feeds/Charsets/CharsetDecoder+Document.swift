import Records

extension CharsetDecoder {
    /// A whole document as clean UTF-8.
    ///
    /// - Parameter contentType: the HTTP Content-Type header; only its charset counts.
    static func text(of document: [UInt8], contentType: String?) -> OutputBuffer {
        var text = OutputBuffer(reserving: document.count)
        document.withUnsafeBufferPointer { bytes in
            let decision = CharsetDecision(
                bytes, httpCharset: contentType.flatMap(ContentType.charset),
                fallback: contentType.map(ContentType.fallbackCharset) ?? "utf-8", isComplete: true)
            guard let decision else { return }
            var decoder = CharsetDecoder(decision)
            _ = decoder.decode(bytes.part(decision.markLength..<bytes.count), into: &text, isLast: true)
        }
        return text
    }
}
