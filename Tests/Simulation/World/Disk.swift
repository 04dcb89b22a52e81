import Glibc
import Synchronization

/// A disk that simulated processes share, with the locks that they hold.
final class Disk: Sendable {
    struct State: Sendable {
        var contents = DiskContents()
        /// Who holds the lock of a file.
        var locks: [Int: Holder] = [:]
        var databases: [Int: DatabaseLocks] = [:]
        /// Until when another program writes to a database.
        var lockers: [Int: Duration] = [:]
    }

    /// An open descriptor of a process.
    struct Holder: Hashable, Sendable {
        let process: Int
        let descriptor: Int32
    }

    let state = Mutex(State())

    /// Nanoseconds since 1970.
    let now: @Sendable () -> Int64

    init(now: @escaping @Sendable () -> Int64) { self.now = now }

    func losePower(using generator: inout some RandomNumberGenerator) {
        var drawn = generator
        state.withLock { $0.contents.losePower(using: &drawn) }
        generator = drawn
    }

    /// Another program begins to write to a database, if it is there.
    func lock(_ path: String, until time: Duration) {
        state.withLock { state in
            if let inode = try? state.contents.inode(at: path) { state.lockers[inode] = time }
        }
    }

    func endLocks() { state.withLock { $0.lockers = [:] } }

    /// Lets go of all that a process held.
    func release(process: Int) {
        state.withLock { state in
            state.locks = state.locks.filter { $0.value.process != process }
            for inode in state.databases.keys { state.databases[inode]?.release(process: process) }
        }
    }
}

// MARK: - What the world does to files, and what it finds there

extension Disk {
    var contents: DiskContents {
        get { state.withLock { $0.contents } }
        set { state.withLock { $0.contents = newValue } }
    }

    /// The bytes of a file; nil where there is none.
    func bytes(_ path: String) -> [UInt8]? {
        state.withLock { state in (try? state.contents.inode(at: path)).map { state.contents[$0].bytes } }
    }

    func text(_ path: String) -> String { String(decoding: bytes(path) ?? [], as: UTF8.self) }

    func exists(_ path: String) -> Bool { bytes(path) != nil }

    /// The names in a folder, in order.
    func names(in folder: String) -> [String] {
        state.withLock { state in
            guard let inode = try? state.contents.inode(at: folder) else { return [] }
            return state.contents[inode].entries.keys.sorted()
        }
    }

    /// The files in folders whose names begin so, each by one of its names.
    func files(in folders: [String], named prefix: String) -> [String] {
        var seen: Set<Int> = []
        return folders.flatMap { folder in
            names(in: folder).filter { $0.hasPrefix(prefix) }.map { "\(folder)/\($0)" }
        }.filter { path in
            guard let inode = try? contents.inode(at: path) else { return false }
            return seen.insert(inode).inserted
        }
    }

    /// Makes a folder with those above it.
    func makeFolder(_ path: String) {
        var folder = ""
        for part in path.split(separator: "/") {
            folder += "/" + part
            _ = try? state.withLock { try $0.contents.make(.folder, at: folder, now: now()) }
        }
    }

    func link(_ path: String, to target: String) {
        state.withLock { state in
            _ = try? state.contents.make(.link(target: target), at: path, now: now())
            synchronizeFolders(&state)
        }
    }

    func remove(_ path: String) {
        state.withLock { state in
            try? state.contents.remove(path)
            synchronizeFolders(&state)
        }
    }

    /// Writes at the end of a file, made if there is none. Others sync what they write, and with it all of the file.
    func append(_ text: String, to path: String) {
        change(path) { .write(offset: $0.count, bytes: Array(text.utf8)) }
    }

    func cut(_ path: String, to length: Int) { change(path) { _ in .cut(length: length) } }

    func write(_ text: String, to path: String) {
        cut(path, to: 0)
        append(text, to: path)
    }

    func rename(_ path: String, to new: String) {
        state.withLock { state in
            try? state.contents.rename(path, to: new)
            synchronizeFolders(&state)
        }
    }

    private func change(_ path: String, _ body: ([UInt8]) -> DiskContents.Change) {
        state.withLock { state in
            let inode =
                (try? state.contents.inode(at: path))
                ?? (try? state.contents.make(.file, at: state.contents.destination(of: path), now: now()))
            guard let inode else { return }
            state.contents[inode].apply(body(state.contents[inode].bytes))
            state.contents[inode].modified = now()
            state.contents[inode].synchronize()
            synchronizeFolders(&state)
        }
    }

    private func synchronizeFolders(_ state: inout State) {
        for (inode, node) in state.contents.nodes where node.kind == .folder {
            state.contents[inode].durableEntries = node.entries
        }
    }
}
