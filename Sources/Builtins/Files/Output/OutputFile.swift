import Glibc
import Records
import State
import Streaming

/// A regular file that records are appended to, locked and closed with the object.
final class OutputFile {
    let path: String
    /// As positions and notes name it.
    let stored: StoredFile
    /// Behind the last byte that was written here; nil before the first.
    private(set) var end: Int?
    /// When a record was written to it last; seconds since 1970.
    var lastWrite: Int64 = 0
    private let form: OutputForm
    private let journal: (any SinkJournal)?
    private let content: FileContent
    /// What waits for its frame to be full.
    private var pending = OutputBuffer()
    private let calls: any FileCalls
    private var isNew: Bool
    private var isDirty = false
    /// What a write that failed has left, where it could not be taken out at once.
    private var leftovers: [Range<Int>] = []

    /// Whether nothing was written that is not durable yet.
    var isSettled: Bool { !isDirty && pending.count == 0 && !hasLeftovers }

    /// Whether a write that failed has left something, which the next write takes out.
    var hasLeftovers: Bool { !leftovers.isEmpty }

    /// Opens a file, made with its folders if there is none.
    ///
    /// - Parameters:
    ///   - stored: the path as positions and notes name it.
    ///   - journal: is told what is going to stand where.
    /// - Throws: ``OutputInUse``, ``OutputConflict``, ``OtherContent``, or ``FileError``.
    init(
        path: String, stored: String, claim: OutputClaim, form: OutputForm, journal: (any SinkJournal)?,
        calls: any FileCalls
    ) throws {
        self.path = path
        self.form = form
        self.journal = journal
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
            self.stored = StoredFile(path: stored, identity: FileIdentity(status))
            try OutputLock.take(descriptor, path: path, calls: calls)
            try claim.identify(as: self.stored.identity, path: path)
            try form.check(content)
        } catch {
            // A class whose initialiser throws runs no deinitialiser.
            calls.close(descriptor)
            throw error
        }
    }

    deinit { calls.close(content.descriptor) }

    /// Whether it still stands at its path: it may have been renamed, removed or replaced.
    var isCurrent: Bool { calls.status(of: path).map(FileIdentity.init) == stored.identity }

    /// Appends all the bytes, or none. Where they are compressed, they wait for more, or for ``synchronize()``.
    ///
    /// - Parameter bytes: whole records behind a line end, which is written only where the file's last line has none.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        let records = UnsafeBufferPointer(
            rebasing: bytes.bindMemory(to: UInt8.self).dropFirst())
        guard form.compression != .none else { return try appendPlain(bytes, records) }
        let before = pending.count
        if before == 0 { try headerIfNew().withUnsafeBufferPointer { pending.append($0) } }
        pending.append(records)
        guard pending.count >= form.frameSize else { return }
        do {
            try appendFrame()
        } catch {
            pending.truncate(to: before)
            throw error
        }
    }

    private func appendPlain(
        _ bytes: UnsafeRawBufferPointer, _ records: UnsafeBufferPointer<UInt8>
    ) throws {
        let header = try headerIfNew()
        if !header.isEmpty {
            let whole = [UInt8(ascii: "\n")] + header + Array(records)
            return try whole.withUnsafeBytes { try put($0, hasLines: false) }
        }
        try put(bytes, hasLines: form.hasLines)
    }

    /// Writes what waits, as a whole frame: a file that ends with one can be read, and be appended to.
    private func appendFrame() throws {
        if pending.count == 0 { return }
        guard let frame = form.compression.frame(pending.bytes) else {
            throw FileError(path: path, doing: "compress what goes into it", code: ENOMEM)
        }
        try ([UInt8(ascii: "\n")] + frame).withUnsafeBytes { try put($0, hasLines: false) }
        pending.removeAll(keeping: 2 * form.frameSize)
    }

    private func headerIfNew() throws -> [UInt8] {
        guard !form.header.isEmpty else { return [] }
        // What a write that failed has left goes before.
        try takeOutLeftovers()
        return try content.size() == 0 ? form.header : []
    }

    /// - Parameters:
    ///   - bytes: what is appended, behind a line end.
    ///   - hasLines: whether the line end is written where the file's last line has none.
    private func put(_ bytes: UnsafeRawBufferPointer, hasLines: Bool) throws {
        try takeOutLeftovers()
        let size = try content.size()
        let lines = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        // The end of a line of others, once written, is theirs.
        let separator = try !hasLines || endsWithLineEnd(size) ? 0 : 1
        try note(.writing(WrittenRange(from: size + separator, bytes: lines)))
        // A part of a frame, if the power goes, has to be told from what follows: no reader passes it.
        if form.compression != .none { try journal?.sync() }
        do {
            let place = try write(separator == 0 ? lines : bytes)
            if let first = leftovers.first { leftovers = [first.lowerBound + separator..<first.upperBound] }
            if place != size {
                try note(.landed(WrittenRange(from: place + separator, bytes: lines)))
                // Somebody has begun a line since it was looked.
                guard try !hasLines || separator == 1 || endsWithLineEnd(place) else {
                    throw WrittenBetween(path: path)
                }
            }
            leftovers = []
            end = place + separator + lines.count
            isDirty = true
        } catch {
            // What cannot be taken out now is taken out before the next write, or by the next run.
            try? takeOutLeftovers()
            throw error
        }
    }

    private func note(_ event: OutputNote.Event) throws { try journal?.note(event, of: stored) }

    /// Makes what was appended durable.
    func synchronize() throws {
        try appendFrame()
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

    /// Bytes in it.
    func size() throws(FileError) -> Int { try content.size() }

    /// When anybody changed it last; seconds since 1970.
    func lastChange() throws(FileError) -> Int64 { Int64(try content.status().st_mtim.tv_sec) }

    /// It is about to get another name.
    func willBeRotated(to rotated: RotatedFile) throws { try note(.rotated(rotated)) }

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

    private func takeOutLeftovers() throws {
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
