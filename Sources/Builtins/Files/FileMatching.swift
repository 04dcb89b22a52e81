import Records

/// A file that is there now.
struct FoundFile: Hashable, Sendable {
    /// As it was found, to be opened by.
    let path: BytePath
    /// As it is stored: without links, below the spec's folder relative to that.
    let home: BytePath
    let identity: InputIdentity
    let size: Int
}

/// Which of the files that were read a file is.
enum FileMatch: Hashable, Sendable {
    /// The one of this number, at its place or at another.
    case known(Int)
    case renamed(Int)
    /// It holds what the one of this number held, which now holds something else.
    case copied(Int)
    /// None. It stands where another file stood.
    case replaced
    /// None. It is the same file, but what was read of it is gone.
    case rewritten
    case new
    /// Perhaps the one of this number; it cannot be looked into.
    case unreadable(Int)
}

/// Decides which of the files that are there are those that were read: by what they are to the system first, then by
/// their place, and always by what they hold.
///
/// Cost is linear in the number of files. Reading is left to a function, so that this can be tested without any.
struct FileMatching {
    private let found: [FoundFile]
    private let known: [Int: KnownFile]
    private let isElsewhere: Bool
    private let bytes: (FoundFile, _ offset: Int, _ count: Int) throws -> [UInt8]

    private var matches: [FileMatch?]
    private var free: Set<Int>

    /// - Parameters:
    ///   - known: by number.
    ///   - isElsewhere: whether the source has another address than when it read them, so that what they held is enough
    ///     to know them by.
    ///   - bytes: gives so many bytes of a file from an offset; fewer where it ends before.
    static func match(
        _ found: [FoundFile], with known: [Int: KnownFile], isElsewhere: Bool = false,
        bytes: (FoundFile, _ offset: Int, _ count: Int) throws -> [UInt8]
    ) -> [FileMatch] {
        withoutActuallyEscaping(bytes) { bytes in
            var matching = FileMatching(
                found: found, known: known, isElsewhere: isElsewhere, bytes: bytes)
            return matching.run()
        }
    }

    private init(
        found: [FoundFile], known: [Int: KnownFile], isElsewhere: Bool,
        bytes: @escaping (FoundFile, _ offset: Int, _ count: Int) throws -> [UInt8]
    ) {
        self.found = found
        self.known = known
        self.isElsewhere = isElsewhere
        self.bytes = bytes
        matches = Array(repeating: nil, count: found.count)
        free = Set(known.keys)
    }

    private mutating func run() -> [FileMatch] {
        // The newest first: of two that say the same, the older one has been left behind.
        let numbers = known.keys.sorted(by: >)
        let byInode = Dictionary(grouping: numbers) { Inode(known[$0]?.identity) }
        let byPath = Dictionary(grouping: numbers) { known[$0]?.path ?? BytePath("") }
        for place in found.indices { claim(place, among: byInode[Inode(found[place].identity)] ?? []) }
        for place in found.indices { claim(place, among: byPath[found[place].home] ?? []) }
        findCopies(byInode, byPath)
        return found.indices.map { place in
            matches[place] ?? unknown(found[place], byInode, byPath)
        }
    }

    private struct Inode: Hashable {
        let device: UInt64?
        let inode: UInt64?

        init(_ identity: InputIdentity?) {
            device = identity?.device
            inode = identity?.inode
        }
    }

    private mutating func claim(_ place: Int, among numbers: [Int]) {
        let file = found[place]
        for number in numbers where matches[place] == nil && free.contains(number) {
            guard let candidate = known[number] else { continue }
            let isInPlace = candidate.path == file.home
            guard isInPlace || candidate.identity.isSameFile(as: file.identity) else { continue }
            do {
                guard try holds(file, candidate) else { continue }
                matches[place] = isInPlace ? .known(number) : .renamed(number)
            } catch {
                matches[place] = .unreadable(number)
            }
            free.remove(number)
        }
    }

    /// Whether a file begins with what was read of a known one.
    private func holds(_ file: FoundFile, _ candidate: KnownFile) throws -> Bool {
        let (offset, print) = (candidate.position.offset, candidate.print)
        guard file.size >= offset, file.size >= print.headLength else { return false }
        // Of a file that nothing was read of, the system's word is all there is.
        if print.headLength == 0 { return candidate.identity.isSameFile(as: file.identity) }
        return try ContentPrint(upTo: offset, headLength: print.headLength) { try bytes(file, $0, $1) }
            == print
    }

    /// A log is rotated by copying it and emptying the original: the copy goes on where the original was. So does one that
    /// stands where the source looks now.
    private mutating func findCopies(_ byInode: [Inode: [Int]], _ byPath: [BytePath: [Int]]) {
        let open = found.indices.filter { matches[$0] == nil }
        var rewritten: Set<Int> = []
        for place in open {
            let same = byInode[Inode(found[place].identity)] ?? []
            rewritten.formUnion(
                same.filter { known[$0]?.identity.isSameFile(as: found[place].identity) == true })
            rewritten.formUnion(byPath[found[place].home] ?? [])
        }
        var byHead: [Int: [String: [Int]]] = [:]
        for number in isElsewhere ? free : rewritten.intersection(free) {
            guard let print = known[number]?.print, print.headLength > 0 else { continue }
            byHead[print.headLength, default: [:]][print.head, default: []].append(number)
        }
        if byHead.isEmpty { return }
        for place in open {
            guard let start = try? bytes(found[place], 0, ContentPrint.span) else { continue }
            for (length, heads) in byHead where matches[place] == nil && length <= start.count {
                for number in heads[ContentPrint.hash(start[..<length])] ?? [] where free.contains(number) {
                    guard let candidate = known[number], (try? holds(found[place], candidate)) == true else {
                        continue
                    }
                    matches[place] = rewritten.contains(number) ? .copied(number) : .renamed(number)
                    free.remove(number)
                    break
                }
            }
        }
    }

    private func unknown(
        _ file: FoundFile, _ byInode: [Inode: [Int]], _ byPath: [BytePath: [Int]]
    ) -> FileMatch {
        // What another file took over has only changed its name.
        for number in byPath[file.home] ?? [] where free.contains(number) {
            return known[number]?.identity.isSameFile(as: file.identity) == true ? .rewritten : .replaced
        }
        return .new
    }
}
