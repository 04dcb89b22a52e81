import Glibc

/// What stands on a disk, and what of it would be there after a loss of power.
struct DiskContents: Sendable {
    enum Kind: Sendable, Equatable {
        case file, folder
        case link(target: String)
    }

    /// What was done to a file since it was synced.
    enum Change: Sendable, Equatable {
        case write(offset: Int, bytes: [UInt8])
        case cut(length: Int)

        func isLonger(than count: Int) -> Bool {
            if case .write(let offset, let bytes) = self { offset + bytes.count > count } else { false }
        }
    }

    struct Node: Sendable {
        let kind: Kind
        /// Nanoseconds since 1970.
        let born: Int64
        var modified: Int64
        var names = 1

        var bytes: [UInt8] = []
        /// As of the last sync.
        var durable: [UInt8] = []
        var changes: [Change] = []

        /// Of a folder.
        var entries: [String: Int] = [:]
        var durableEntries: [String: Int] = [:]

        mutating func apply(_ change: Change) {
            changes.append(change)
            Node.apply(change, to: &bytes)
        }

        mutating func synchronize() {
            durable = bytes
            changes = []
            durableEntries = entries
        }

        static func apply(_ change: Change, to bytes: inout [UInt8]) {
            switch change {
            case .write(let offset, let new):
                if offset > bytes.count {
                    bytes += Array(repeating: 0, count: offset - bytes.count)
                }
                let end = min(bytes.count, offset + new.count)
                bytes.replaceSubrange(offset..<end, with: new)
            case .cut(let length):
                if length <= bytes.count {
                    bytes.removeLast(bytes.count - length)
                } else {
                    bytes += Array(repeating: 0, count: length - bytes.count)
                }
            }
        }
    }

    /// What the system answers where there is no such thing; an `errno`.
    struct Failure: Error { let code: Int32 }

    static let root = 2
    private(set) var nodes: [Int: Node]
    private var lastInode = 100

    init() {
        nodes = [DiskContents.root: Node(kind: .folder, born: 0, modified: 0)]
    }

    subscript(inode: Int) -> Node {
        get { nodes[inode] ?? Node(kind: .file, born: 0, modified: 0) }
        _modify {
            var node = nodes[inode] ?? Node(kind: .file, born: 0, modified: 0)
            nodes[inode] = nil
            yield &node
            nodes[inode] = node
        }
    }

    // MARK: - Names

    private static let mostLinks = 40

    /// - Parameter followsLast: whether a link that the path ends with is followed.
    func inode(at path: String, followsLast: Bool = true) throws(Failure) -> Int {
        var links = 0
        return try inode(at: path, from: DiskContents.root, followsLast: followsLast, &links)
    }

    private func inode(
        at path: String, from start: Int, followsLast: Bool, _ links: inout Int
    ) throws(Failure) -> Int {
        let parts = path.split(separator: "/")
        var current = path.hasPrefix("/") ? DiskContents.root : start
        for (place, part) in parts.enumerated() where part != "." {
            guard nodes[current]?.kind == .folder else { throw Failure(code: ENOTDIR) }
            if part == ".." {
                current = parent(of: current)
                continue
            }
            guard let next = nodes[current]?.entries[String(part)] else { throw Failure(code: ENOENT) }
            if case .link(let target)? = nodes[next]?.kind, followsLast || place + 1 < parts.count {
                links += 1
                if links > DiskContents.mostLinks { throw Failure(code: ELOOP) }
                current = try inode(at: target, from: current, followsLast: true, &links)
            } else {
                current = next
            }
        }
        return current
    }

    /// The folder that a path's last name stands in, and that name.
    func place(of path: String) throws(Failure) -> (folder: Int, name: String) {
        let parts = path.split(separator: "/")
        guard let name = parts.last else { throw Failure(code: EISDIR) }
        let folder = try inode(at: "/" + parts.dropLast().joined(separator: "/"))
        guard nodes[folder]?.kind == .folder else { throw Failure(code: ENOTDIR) }
        return (folder, String(name))
    }

    private func parent(of folder: Int) -> Int {
        nodes.first { $0.value.kind == .folder && $0.value.entries.values.contains(folder) }?.key
            ?? DiskContents.root
    }

    /// The path of a node without links.
    func path(of inode: Int) -> String {
        var parts: [String] = []
        var current = inode
        while current != DiskContents.root {
            guard
                let (folder, name) = nodes.lazy.compactMap({ folder, node in
                    node.entries.first { $0.value == current }.map { (folder, $0.key) }
                }).first
            else { break }
            parts.insert(name, at: 0)
            current = folder
        }
        return "/" + parts.joined(separator: "/")
    }

    @discardableResult
    mutating func make(_ kind: Kind, at path: String, now: Int64) throws(Failure) -> Int {
        let (folder, name) = try place(of: path)
        if nodes[folder]?.entries[name] != nil { throw Failure(code: EEXIST) }
        lastInode += 1
        nodes[lastInode] = Node(kind: kind, born: now, modified: now)
        nodes[folder]?.entries[name] = lastInode
        return lastInode
    }

    mutating func remove(_ path: String) throws(Failure) {
        let (folder, name) = try place(of: path)
        guard let inode = nodes[folder]?.entries[name] else { throw Failure(code: ENOENT) }
        nodes[folder]?.entries[name] = nil
        nodes[inode]?.names -= 1
    }

    mutating func rename(_ path: String, to new: String) throws(Failure) {
        let (folder, name) = try place(of: path)
        let (newFolder, newName) = try place(of: new)
        guard let inode = nodes[folder]?.entries[name] else { throw Failure(code: ENOENT) }
        if let replaced = nodes[newFolder]?.entries[newName], replaced != inode {
            nodes[replaced]?.names -= 1
        }
        nodes[folder]?.entries[name] = nil
        nodes[newFolder]?.entries[newName] = inode
    }
}

extension DiskContents {
    /// The unit in which a disk writes all or nothing.
    private static let sector = 512

    /// Leaves what a loss of power leaves: all that was synced, and of the rest what chance has it.
    mutating func losePower(using generator: inout some RandomNumberGenerator) {
        for inode in nodes.keys.sorted() {
            guard var node = nodes[inode] else { continue }
            node.bytes = node.durable
            // A file system writes what makes a file longer before it says that the file is longer: nothing behind a
            // part that is lost is there.
            var isShort = false
            for change in node.changes {
                let isLonger = change.isLonger(than: node.bytes.count)
                if isLonger, isShort { continue }
                guard Bool.random(using: &generator) else {
                    isShort = isShort || isLonger
                    continue
                }
                let done = torn(change, using: &generator)
                if isLonger, done != change { isShort = true }
                Node.apply(done, to: &node.bytes)
            }
            let names = Set(node.entries.keys).union(node.durableEntries.keys).sorted()
            for name in names where node.entries[name] != node.durableEntries[name] {
                if Bool.random(using: &generator) { node.entries[name] = node.durableEntries[name] }
            }
            node.synchronize()
            nodes[inode] = node
        }
    }

    private func torn(_ change: Change, using generator: inout some RandomNumberGenerator) -> Change {
        guard case .write(let offset, let bytes) = change, Int.random(in: 0..<4, using: &generator) == 0
        else { return change }
        let end = offset + bytes.count
        let boundary = (offset / DiskContents.sector + 1) * DiskContents.sector
        guard boundary < end else { return change }
        let boundaries = Array(stride(from: boundary, to: end, by: DiskContents.sector))
        let last = boundaries.randomElement(using: &generator) ?? end
        return .write(offset: offset, bytes: Array(bytes.prefix(last - offset)))
    }
}
