import Glibc
import State

/// A regular file that lines are appended to, locked and closed with the object.
final class OutputFile {
    let path: String
    let identity: FileIdentity
    /// Behind the last byte that was written here; nil before the first.
    private(set) var end: Int?
    private let content: FileContent
    private let calls: any FileCalls
    private var isNew: Bool
    private var isDirty = false
    /// What a write that failed has left, where it could not be taken out at once.
    private var leftovers: [Range<Int>] = []

    /// Whether a write that failed has left something, which the next write takes out.
    var hasLeftovers: Bool { !leftovers.isEmpty }

    /// Opens a file, made with its folders if there is none.
    ///
    /// - Throws: ``OutputInUse``, ``OutputConflict``, or ``FileError``.
    init(path: String, claim: OutputClaim, calls: any FileCalls) throws {
        self.path = path
        self.calls = calls
        let flags = O_RDWR | O_APPEND | O_CLOEXEC
        var descriptor = calls.open(path, flags, 0)
        isNew = descriptor < 0 && errno == ENOENT
        if isNew {
            try makeFolders(for: path, calls)
            descriptor = calls.open(path, flags | O_CREAT, 0o644)
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "write it") }
        content = FileContent(path: path, descriptor: descriptor, calls: calls)
        do {
            guard let status = calls.status(of: descriptor) else {
                throw FileError(path: path, doing: "write it")
            }
            identity = FileIdentity(status)
            try OutputLock.take(descriptor, path: path, calls: calls)
            try claim.identify(as: identity, path: path)
        } catch {
            // A class whose initialiser throws runs no deinitialiser.
            calls.close(descriptor)
            throw error
        }
    }

    deinit { calls.close(content.descriptor) }

    /// Whether it still stands at its path: it may have been renamed, removed or replaced.
    var isCurrent: Bool { calls.status(of: path).map(FileIdentity.init) == identity }

    /// Appends all the bytes, or none.
    ///
    /// - Parameters:
    ///   - bytes: whole lines behind a line end, which is written only where the file's last line has none.
    ///   - note: stores what is going to stand where.
    func append(_ bytes: UnsafeRawBufferPointer, note: (OutputNote.Event) throws -> Void) throws {
        try takeOutLeftovers(note)
        let size = try content.size()
        let lines = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        // The end of a line of others, once written, is theirs.
        let separator = try endsWithLineEnd(size) ? 0 : 1
        try note(.writing(WrittenRange(from: size + separator, bytes: lines)))
        do {
            let place = try write(separator == 0 ? lines : bytes)
            if let first = leftovers.first { leftovers = [first.lowerBound + separator..<first.upperBound] }
            if place != size {
                try note(.landed(WrittenRange(from: place + separator, bytes: lines)))
                // Somebody has begun a line since it was looked.
                guard try separator == 1 || endsWithLineEnd(place) else { throw WrittenBetween(path: path) }
            }
            leftovers = []
            end = place + separator + lines.count
            isDirty = true
        } catch {
            // What cannot be taken out now is taken out before the next write, or by the next run.
            try? takeOutLeftovers(note)
            throw error
        }
    }

    /// Makes what was appended durable.
    func synchronize() throws(FileError) {
        if isDirty {
            guard calls.synchronize(content.descriptor) == 0 || errno == EINVAL || errno == EROFS else {
                throw FileError(path: path, doing: "sync it")
            }
            isDirty = false
        }
        if isNew {
            // Of a link, the folder that the new file stands in.
            try syncFolder(of: realPath(path, calls) ?? path, calls)
            isNew = false
        }
    }

    /// A hash of the last bytes before what was written here ends.
    func tail() throws(FileError) -> UInt64 { try content.tail(of: end ?? 0) }

    /// Writes at the end of the file, wherever that is by then, and leaves in ``leftovers`` where that was.
    private func write(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        var rest = bytes
        while !rest.isEmpty {
            let count = calls.write(rest, to: content.descriptor)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "write it")
            }
            let place = calls.place(of: content.descriptor)
            if let last = leftovers.last, last.upperBound == place - count {
                leftovers[leftovers.count - 1] = last.lowerBound..<place
            } else {
                leftovers.append(place - count..<place)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        guard leftovers.count == 1 else { throw WrittenBetween(path: path) }
        return leftovers[0].lowerBound
    }

    private func takeOutLeftovers(_ note: (OutputNote.Event) throws -> Void) throws {
        if leftovers.isEmpty { return }
        if try RangeRemoval(content: content).remove(leftovers, note: note) { leftovers = [] }
    }

    private func endsWithLineEnd(_ size: Int) throws -> Bool {
        if size == 0 || size == end { return true }
        return try content.bytes(from: size - 1, count: 1) == [UInt8(ascii: "\n")]
    }
}

/// Another program wrote to the file at the same moment.
struct WrittenBetween: Error, CustomStringConvertible {
    let path: String

    var description: String { "\(path): another program wrote to it at the same moment" }
}
