import Glibc
import State
import Streaming

/// A pipe, a terminal, a device: what is out cannot be taken back, so what is tried again goes on where it was.
final class StreamOutput {
    private let name: String
    private let descriptor: Int32
    private let isOwn: Bool
    private let calls: any FileCalls
    /// Whether the run is over when nobody reads any more.
    private let endsRun: Bool
    /// What is out of a call that failed, and has not been asked for again.
    private var out: [UInt8] = []

    /// An open descriptor, which stays open.
    init(_ descriptor: Int32, name: String, calls: any FileCalls = Files.calls) {
        self.calls = calls
        self.name = name
        self.descriptor = descriptor
        isOwn = false
        endsRun = true
    }

    /// Opens a device or pipe; of a pipe without a reader, waits for one.
    init(path: String, isInherited: Bool, calls: any FileCalls) throws {
        self.calls = calls
        name = path
        isOwn = true
        endsRun = isInherited
        while true {
            let descriptor = calls.open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0)
            if descriptor >= 0 {
                self.descriptor = descriptor
                return
            }
            guard errno == ENXIO, !isInherited else { throw FileError(path: path, doing: "write it") }
            try Task.checkCancellation()
            poll(nil, 0, StreamOutput.patience)
        }
    }

    deinit { if isOwn { calls.close(descriptor) } }

    /// Milliseconds between two looks at whether the run still wants to write.
    private static let patience: Int32 = 50

    /// Writes all the bytes. A call with bytes that are out already, from one that failed, does not repeat them.
    ///
    /// - Throws: `OutputClosed` when nobody reads any more, `FileError`, or `CancellationError`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(try alreadyOut(of: bytes)))
        while !rest.isEmpty {
            let count = calls.write(rest, to: descriptor)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try waitForRoom()
            case EPIPE where endsRun: throw OutputClosed()
            default:
                let error = FileError(path: name, doing: "write to it")
                out = Array(bytes.dropLast(rest.count))
                throw error
            }
        }
    }

    private func alreadyOut(of bytes: UnsafeRawBufferPointer) throws -> Int {
        if out.isEmpty { return 0 }
        let common = zip(out, bytes).prefix { $0 == $1 }.count
        if common == min(out.count, bytes.count) {
            out.removeFirst(common)
            return common
        }
        // Other records than those that failed: they begin on a line of their own.
        let isTorn = out.last != UInt8(ascii: "\n")
        out = []
        if isTorn { try [UInt8(ascii: "\n")].withUnsafeBytes { try write($0) } }
        return 0
    }

    private func waitForRoom() throws {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&request, 1, StreamOutput.patience) <= 0 { try Task.checkCancellation() }
    }
}
