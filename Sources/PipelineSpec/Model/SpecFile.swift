package import Diagnostics

#if canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#else
private import Darwin
#endif

/// Reads spec files from disk, never more of them than a spec may have.
package enum SpecFile {
    /// The file's text, or the finding that says why it cannot be read.
    package static func load(_ path: String, limits: YAMLLimits = .standard) -> (SourceText, Diagnostic?) {
        guard let file = fopen(path, "rb") else { return failed(path, reason(errno)) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            bytes += buffer[..<count]
            // One byte beyond the limit is enough for the reader to refuse it.
            if bytes.count > limits.fileBytes { break }
            if count < buffer.count {
                if ferror(file) != 0 { return failed(path, reason(errno)) }
                break
            }
        }
        return (SourceText(name: path, bytes: bytes), nil)
    }

    private static func failed(_ path: String, _ reason: String) -> (SourceText, Diagnostic?) {
        let finding = Diagnostic(.unreadableFile, "cannot read the file: \(reason)", at: .start)
        return (SourceText(name: path, bytes: []), finding)
    }

    private static func reason(_ code: Int32) -> String {
        // Safe because strerror's text is copied before any other call could change it.
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
