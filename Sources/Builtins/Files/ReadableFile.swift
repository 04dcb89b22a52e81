import Glibc
package import State
import Streaming

/// A file that is being read, closed with the object.
package final class ReadableFile {
    let path: BytePath
    private let descriptor: Int32
    private let calls: any FileCalls
    /// Whether it may have nothing to give for a while: a pipe, a terminal.
    private let mayBeSilent: Bool

    /// Opens a file; `-` is standard input.
    package convenience init(path: String, as form: InputForm) throws(UnreadableInput) {
        try self.init(BytePath(path), as: form)
    }

    /// Opens a file; `-` is standard input.
    init(_ path: BytePath, as form: InputForm) throws(UnreadableInput) {
        self.path = path
        let calls = Files.calls
        self.calls = calls
        if path.bytes == Array("-".utf8) {
            descriptor = STDIN_FILENO
            mayBeSilent = true
            return
        }
        // Some devices do something when they are opened, so what stands there is looked at before.
        if let status = path.withCString({ calls.status(of: $0) }) { try form.check(status, path) }
        // A pipe that nobody writes to would keep the opening from returning.
        descriptor = path.withCString { calls.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0) }
        guard descriptor >= 0 else {
            throw .failed(FileError(path: "\(path)", doing: "read it"))
        }
        let status = calls.status(of: descriptor)
        mayBeSilent = status?.isRegular != true
        do throws(UnreadableInput) {
            if let status { try form.check(status, path) }
        } catch {
            calls.close(descriptor)
            throw error
        }
    }

    deinit { if descriptor != STDIN_FILENO { calls.close(descriptor) } }

    /// What the system says of it now.
    var status: FileStatus? { FileStatus(of: descriptor, calls) }

    /// Tells one state of the file from another.
    var fingerprint: String {
        guard let status = calls.status(of: descriptor) else { return "" }
        return "\(status.st_ino)-\(status.st_size)-\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }

    func seek(to offset: Int) throws(FileError) {
        guard calls.seek(descriptor, to: offset) >= 0 else {
            throw FileError(path: "\(path)", doing: "seek in it")
        }
    }

    /// Reads into free memory.
    ///
    /// - Returns: how many bytes; 0 at the end.
    /// - Throws: `FileError`, or `CancellationError` when the task is cancelled while there is nothing to read.
    package func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            if mayBeSilent { try waitForInput() }
            let count = calls.read(into: space, from: descriptor)
            if count >= 0 { return count }
            if errno == EINTR || mayBeSilent && errno == EAGAIN { continue }
            throw FileError(path: "\(path)", doing: "read it")
        }
    }

    /// Bytes from some place on; fewer than asked for at the end. Where ``read(into:)`` goes on stays as it is.
    func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { space, filled in
            while filled < count {
                let read = calls.read(
                    into: UnsafeMutableRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: space[filled...])),
                    from: descriptor, at: offset + filled)
                if read < 0, errno == EINTR { continue }
                if read < 0 { failure = FileError(path: "\(path)", doing: "read it") }
                if read <= 0 { return }
                filled += read
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// A run that is to stop cannot wait for a pipe whose other end says nothing.
    private func waitForInput() throws {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let patience: Int32 = 50
        while poll(&request, 1, patience) == 0 { try Task.checkCancellation() }
    }

    /// The whole file.
    ///
    /// - Parameter option: what sets the limit.
    /// - Throws: ``UnreadableInput/tooLarge(path:limit:option:)`` for a file with more bytes, or what ``read(into:)``
    ///   throws.
    package func readAll(limit: Int, setBy option: String? = nil) throws -> [UInt8] {
        let bytes = try readStart(count: limit == .max ? limit : limit + 1)
        guard bytes.count <= limit else {
            throw UnreadableInput.tooLarge(path: "\(path)", limit: limit, option: option)
        }
        return bytes
    }

    /// The first bytes; fewer than asked for where the file has no more.
    package func readStart(count limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { block.deallocate() }
        while bytes.count < limit {
            let count = try read(into: block)
            if count == 0 { break }
            bytes += block[..<min(count, limit - bytes.count)]
        }
        return bytes
    }
}

/// What stands at a path for a reader that takes no more than it can keep.
package enum InputForm: Sendable {
    /// A file, which a name that comes from elsewhere must not lead out of.
    case file
    /// A file, or what a pipe gives up to its end.
    case document
    /// Devices as well: the reader keeps little of what it reads.
    case stream

    fileprivate func check(_ status: stat, _ path: BytePath) throws(UnreadableInput) {
        switch FileStatus.Kind(status) {
        case .regular: return
        case .folder: throw .failed(FileError(path: "\(path)", doing: "read it", code: EISDIR))
        case .socket: throw .notTaken(path: "\(path)", kind: .socket)
        case .pipe: if self == .file { throw .notTaken(path: "\(path)", kind: .pipe) }
        case .device: if self != .stream { throw .notTaken(path: "\(path)", kind: .device) }
        }
    }
}

/// A file that cannot be read; trying again would not help.
package enum UnreadableInput: PermanentFailure, CustomStringConvertible {
    case failed(FileError)
    /// Something else than the reader takes.
    case notTaken(path: String, kind: FileStatus.Kind)
    case tooLarge(path: String, limit: Int, option: String?)

    package var description: String {
        switch self {
        case .failed(let error): "\(error)"
        case .notTaken(let path, let kind): "\(path): cannot read it: it is \(kind)"
        case .tooLarge(let path, let limit, let option):
            "\(path): larger than \(limit) bytes" + (option.map { "; '\($0)' sets the limit" } ?? "")
        }
    }
}
