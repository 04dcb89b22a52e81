import Glibc
import Records
import Streaming
import Synchronization

/// What the sinks have noted since their last checkpoints: an append-only file beside the state.
///
/// A note is one `write`: the death of the process cannot lose it. A loss of power can take notes that were not
/// synced, or leave pieces of them; lines that are not whole are passed over.
final class NoteFile: Sendable {
    /// Bytes up to which covered notes may stay.
    private static let smallSize = 64 << 10
    /// Bytes from which covered notes are taken out from between others.
    private static let largeSize = 1 << 20

    private struct Contents {
        /// Nil until the first note.
        var descriptor: Int32?
        var size = 0
        /// Whether the last line has no end.
        var isTorn = false
        var next: UInt64 = 1
        /// By the sink, its last note.
        var last: [String: UInt64] = [:]
        /// By the sink, the last note that its position makes superfluous.
        var covered: [String: UInt64]
        var rewriteSize = NoteFile.largeSize

        func isCovered(_ line: NoteLine) -> Bool { line.number <= covered[line.sink] ?? 0 }
        var isAllCovered: Bool { last.allSatisfy { sink, number in number <= covered[sink] ?? 0 } }
    }

    private let path: String
    private let key: SipHashKey
    private let calls: any FileCalls
    private let contents: Mutex<Contents>

    /// - Parameters:
    ///   - key: the state's secret; lines that were written with another are none.
    ///   - covered: by the sink, the last note that is covered by its stored position.
    init(path: String, key: SipHashKey, covered: [String: UInt64]) throws(FileError) {
        self.path = path
        self.key = key
        calls = Files.calls
        var contents = Contents(covered: covered)
        contents.next = (covered.values.max() ?? 0) &+ 1
        let bytes = try NoteFile.read(path, calls)
        for line in NoteFile.lines(bytes, key: key) {
            contents.next = max(contents.next, line.number &+ 1)
            contents.last[line.sink] = max(contents.last[line.sink] ?? 0, line.number)
        }
        contents.size = bytes.count
        contents.isTorn = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
        self.contents = Mutex(contents)
    }

    deinit { contents.withLock { _ = $0.descriptor.map(calls.close) } }

    /// The number of the last note, covered or not.
    var last: UInt64 { contents.withLock { $0.next &- 1 } }

    /// - Returns: the number of the note.
    func append(_ position: SinkPosition, sink: String) throws(FileError) -> UInt64 {
        try contents.withLock { contents throws(FileError) in
            let line = NoteLine(number: contents.next, sink: sink, position: position)
            var output = OutputBuffer(reserving: 256)
            if contents.isTorn { output.append("\n") }
            line.append(to: &output, key: key)
            let descriptor = try open(&contents)
            do throws(FileError) {
                try writeAll(UnsafeRawBufferPointer(output.bytes), to: descriptor, path: path, calls)
            } catch {
                contents.isTorn = calls.cut(descriptor, to: contents.size) != 0 || contents.isTorn
                throw error
            }
            contents.isTorn = false
            contents.size += output.count
            contents.next &+= 1
            contents.last[sink] = line.number
            return line.number
        }
    }

    /// Makes all notes so far durable.
    func sync() throws(FileError) {
        try contents.withLock { contents throws(FileError) in
            if calls.synchronize(try open(&contents)) != 0 { throw FileError(path: path, doing: "sync it") }
        }
        try syncFolder(of: path, calls)
    }

    /// Takes what positions make superfluous out of the file, where that is worth it. The positions are durable.
    func cover(_ numbers: [String: UInt64]) throws(FileError) {
        try contents.withLock { contents throws(FileError) in
            contents.covered.merge(numbers) { max($0, $1) }
            if contents.size > NoteFile.smallSize, contents.isAllCovered {
                try cut(&contents)
            } else if contents.size > contents.rewriteSize {
                try rewrite(&contents)
            }
        }
    }

    /// By the sink, the notes that are not covered, the oldest first.
    func notes() throws(FileError) -> [String: [SinkPosition]] {
        try contents.withLock { contents throws(FileError) in
            var notes: [String: [SinkPosition]] = [:]
            for line in NoteFile.lines(try NoteFile.read(path, calls), key: key)
            where !contents.isCovered(line) {
                notes[line.sink, default: []].append(line.position)
            }
            return notes
        }
    }

    /// Takes the file away if nothing in it counts any more.
    func finish() {
        contents.withLock { contents in
            if let descriptor = contents.descriptor { calls.close(descriptor) }
            contents.descriptor = nil
            if contents.isAllCovered { _ = calls.remove(path) }
        }
    }

    private func open(_ contents: inout Contents) throws(FileError) -> Int32 {
        if let descriptor = contents.descriptor { return descriptor }
        let descriptor = calls.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, doing: "write it") }
        contents.descriptor = descriptor
        return descriptor
    }

    private func cut(_ contents: inout Contents) throws(FileError) {
        if calls.cut(try open(&contents), to: 0) != 0 { throw FileError(path: path, doing: "cut it") }
        contents.size = 0
        contents.isTorn = false
        contents.last = [:]
    }

    private func rewrite(_ contents: inout Contents) throws(FileError) {
        var output = OutputBuffer()
        for line in NoteFile.lines(try NoteFile.read(path, calls), key: key) where !contents.isCovered(line) {
            line.append(to: &output, key: key)
        }
        let new = path + ".new"
        let descriptor = calls.open(new, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: new, doing: "write it") }
        do throws(FileError) {
            try writeAll(UnsafeRawBufferPointer(output.bytes), to: descriptor, path: new, calls)
            if calls.rename(new, to: path) != 0 { throw FileError(path: new, doing: "rename it") }
        } catch {
            calls.close(descriptor)
            _ = calls.remove(new)
            throw error
        }
        if let old = contents.descriptor { calls.close(old) }
        contents.descriptor = descriptor
        contents.size = output.count
        contents.isTorn = false
        // So that copying costs no more than writing did, however many notes are not covered.
        contents.rewriteSize = max(NoteFile.largeSize, output.count * 2)
    }

    private static func read(_ path: String, _ calls: any FileCalls) throws(FileError) -> [UInt8] {
        do throws(FileError) {
            return try readFile(path, calls)
        } catch {
            if error.code == ENOENT { return [] }
            throw error
        }
    }

    private static func lines(_ bytes: [UInt8], key: SipHashKey) -> [NoteLine] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { NoteLine($0, key: key) }
    }
}
