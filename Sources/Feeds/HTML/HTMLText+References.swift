import Records

extension HTMLText {
    /// HTML that has no tags as text: character references replaced, and nothing else.
    package static func decodingReferences(_ html: String) -> String {
        guard html.utf8.contains(.ampersand) else { return html }
        var html = html
        return html.withUTF8 { bytes in
            var output = OutputBuffer(reserving: bytes.count)
            var start = 0
            while let i = bytes.position(of: .ampersand, from: start) {
                output.append(bytes.part(start..<i))
                if let reference = HTMLReference(bytes, at: i) {
                    if let scalar = reference.scalar { output.append(scalar) }
                    start = reference.end
                } else {
                    output.append(.ampersand)
                    start = i + 1
                }
            }
            output.append(bytes.part(start..<bytes.count))
            return String(valid: output.bytes)
        }
    }
}
