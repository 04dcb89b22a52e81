import Glibc
import State

/// The files that a path with `*`, `?` and `[…]` within a name, or `**` for any folders, stands for.
enum Glob {
    /// What was found, in the order of the bytes of the paths.
    struct Listing: Sendable {
        var paths: [BytePath] = []
        /// Folders that could not be listed.
        var failures: [FileError] = []
    }

    static func isPattern(_ path: String) -> Bool { path.utf8.contains { "*?[".utf8.contains($0) } }

    /// Everything that matches, folders too, unless `**` stands last. A file that has the pattern for a name matches.
    ///
    /// - Parameter folder: what a relative pattern starts from; nothing in its own name is special.
    static func list(_ pattern: String, in folder: BytePath) -> Listing {
        let literal = BytePath(pattern)
        let isAbsolute = pattern.utf8.first == UInt8(ascii: "/")
        var walk = GlobWalk(literal.bytes, from: isAbsolute ? BytePath("/") : folder)
        walk.run()
        var listing = walk.listing
        let path = isAbsolute ? literal : folder.appending(literal.bytes)
        if exists(path) { listing.paths.append(path) }
        // One way leads to each path, except to that of the pattern's own name.
        listing.paths = Set(listing.paths).sorted()
        return listing
    }

    /// Whether something stands there, be it a link that leads nowhere.
    static func exists(_ path: BytePath) -> Bool {
        path.withCString { Files.calls.linkStatus(of: $0) } != nil
    }

    static func isEmptyFolder(_ path: BytePath) -> Bool {
        var isEmpty = true
        let answer = path.withCString { name in
            Files.calls.list(name) { _ in
                isEmpty = false
                return false
            }
        }
        return answer == 0 && isEmpty
    }
}

/// Goes through folders with a pattern, each folder once, however many `**` there are.
private struct GlobWalk {
    private enum Part {
        case name([UInt8])
        /// With a zero at its end.
        case pattern([CChar])
        case anyFolders
    }

    private struct Visit {
        let folder: BytePath
        /// The parts of the pattern that its entries may match.
        let places: Set<Int>
    }

    private let parts: [Part]
    private var waiting: [Visit]
    private(set) var listing = Glob.Listing()

    init(_ pattern: [UInt8], from folder: BytePath) {
        parts = pattern.split(separator: UInt8(ascii: "/")).map { part in
            if part.elementsEqual("**".utf8) { return .anyFolders }
            if part.contains(where: { "*?[".utf8.contains($0) }) {
                return .pattern((part + [0]).map { CChar(bitPattern: $0) })
            }
            return .name(Array(part))
        }
        waiting = [Visit(folder: folder, places: [0])]
    }

    mutating func run() {
        while let visit = waiting.popLast() {
            let places = withSkippedFolders(visit.places)
            if let name = onlyName(places) {
                // A folder on the way need not be readable.
                let path = visit.folder.appending(name)
                let arrived = Set(places.map { $0 + 1 })
                if Glob.exists(path) { take(path, type: UInt8(DT_UNKNOWN), arrived: arrived, stayed: []) }
            } else {
                list(visit.folder, places)
            }
        }
    }

    /// `**` also stands for no folder at all.
    private func withSkippedFolders(_ places: Set<Int>) -> Set<Int> {
        var all = places
        for var place in places {
            while place + 1 < parts.count, case .anyFolders = parts[place] {
                place += 1
                all.insert(place)
            }
        }
        return all
    }

    private func onlyName(_ places: Set<Int>) -> [UInt8]? {
        guard places.count == 1, let place = places.first, case .name(let name) = parts[place] else {
            return nil
        }
        return name
    }

    private mutating func list(_ folder: BytePath, _ places: Set<Int>) {
        let path = folder.bytes.isEmpty ? BytePath(".") : folder
        let answer = path.withCString { name in
            Files.calls.list(name) { entry in
                visit(entry.name, type: entry.type, in: folder, places)
                return true
            }
        }
        // A folder that is not there holds nothing; one that may not be read might.
        if answer != 0, errno != ENOENT, errno != ENOTDIR {
            listing.failures.append(FileError(path: "\(path)", doing: "list it"))
        }
    }

    private mutating func visit(
        _ name: UnsafePointer<CChar>, type: UInt8, in folder: BytePath, _ places: Set<Int>
    ) {
        var arrived: Set<Int> = []
        var stayed: Set<Int> = []
        for place in places {
            switch parts[place] {
            case .anyFolders: if name[0] != CChar(bitPattern: UInt8(ascii: ".")) { stayed.insert(place) }
            case .pattern(let pattern):
                if fnmatch(pattern, name, FNM_PERIOD) == 0 { arrived.insert(place + 1) }
            case .name(let wanted): if wanted == BytePath(cString: name).bytes { arrived.insert(place + 1) }
            }
        }
        if arrived.isEmpty, stayed.isEmpty { return }
        take(folder.appending(BytePath(cString: name).bytes), type: type, arrived: arrived, stayed: stayed)
    }

    /// - Parameters:
    ///   - type: as in `dirent`.
    ///   - arrived: the parts of the pattern that what is in it may match.
    ///   - stayed: those that are `**`, of which it is one of the folders. They go through no link, so that they come to
    ///     an end.
    private mutating func take(_ path: BytePath, type: UInt8, arrived: Set<Int>, stayed: Set<Int>) {
        if arrived.contains(parts.count) { listing.paths.append(path) }
        let further = arrived.subtracting([parts.count])
        if further.isEmpty, stayed.isEmpty { return }
        let isFolder = isFolder(path, type: type)
        if isFolder || isLinkToFolder(path, type: type) {
            let places = isFolder ? further.union(stayed) : further
            if !places.isEmpty { waiting.append(Visit(folder: path, places: places)) }
        } else if stayed.contains(parts.count - 1) {
            listing.paths.append(path)
        }
    }

    private func isFolder(_ path: BytePath, type: UInt8) -> Bool {
        if Int(type) != DT_UNKNOWN { return Int(type) == DT_DIR }
        return path.withCString { Files.calls.linkStatus(of: $0) }?.isFolder == true
    }

    private func isLinkToFolder(_ path: BytePath, type: UInt8) -> Bool {
        guard Int(type) == DT_UNKNOWN || Int(type) == DT_LNK else { return false }
        return path.withCString { Files.calls.status(of: $0) }?.isFolder == true
    }
}
