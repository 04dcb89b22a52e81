import Glibc
import State
import Streaming
import Synchronization

/// Standard output, for what a command answers.
final class StandardOutput: Sendable {
    static let shared = StandardOutput()

    /// Bytes that are collected before they are written; a terminal sees everything at once.
    private static let room = 16 << 10

    private let pending = Mutex<[UInt8]>([])
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    private init() {}

    /// - Throws: `OutputClosed` when nobody reads it any more, else `FileError`.
    func write(_ text: String) throws {
        try pending.withLock { pending in
            pending += text.utf8
            if isTerminal || pending.count >= StandardOutput.room { try StandardOutput.flush(&pending) }
        }
    }

    func writeLine(_ text: String) throws { try write(text + "\n") }

    func flush() throws { try pending.withLock { try StandardOutput.flush(&$0) } }

    private static func flush(_ pending: inout [UInt8]) throws {
        defer { pending = [] }
        try pending.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var request = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&request, 1, -1)
                } else if errno == EPIPE {
                    throw OutputClosed()
                } else if errno != EINTR {
                    throw FileError(path: "standard output", doing: "write to it")
                }
            }
        }
    }
}
