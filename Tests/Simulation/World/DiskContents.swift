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
        _modify { yield &nodes[inode, default: Node(kind: .file, born: 0, modified: 0)] }
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

    /// Where a path leads that may end with links to what is not there yet.
    func destination(of path: String) throws(Failure) -> String {
        var path = path
        for _ in 0..<DiskContents.mostLinks {
            guard let inode = try? inode(at: path, followsLast: false),
                case .link(let target)? = nodes[inode]?.kind
            else { return path }
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            path = target.hasPrefix("/") ? target : "/\(folder)/\(target)"
        }
        throw Failure(code: ELOOP)
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

    /// All that programs can see, but for times.
    var image: [Int: [String]] {
        nodes.mapValues { node in
            ["\(node.kind)", String(decoding: node.bytes, as: UTF8.self)]
                + node.entries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        }
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
