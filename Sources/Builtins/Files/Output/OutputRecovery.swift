import Glibc
import Logging
import State
import Streaming

/// Takes out of a sink's files what was written after the last checkpoint, and tells what others did to them.
struct OutputRecovery {
    let folder: OutputFolder
    let calls: any FileCalls
    let journal: any SinkJournal
    let logger: Logger

    /// - Parameter notes: since the last checkpoint, the oldest first.
    /// - Throws: ``OutputInUse`` when another process writes one of the files; ``FileError``.
    func takeOut(_ notes: [OutputNote]) throws {
        var order: [StoredFile] = []
        var events: [StoredFile: [OutputNote.Event]] = [:]
        // What was noted under an address that the sink had before is of the same file.
        let files = Dictionary(notes.map { ($0.file.identity, $0.file) }, uniquingKeysWith: { $1 })
        for note in notes {
            let file = files[note.file.identity] ?? note.file
            if events[file] == nil { order.append(file) }
            events[file, default: []].append(note.event)
        }
        for file in order { try takeOut(events[file] ?? [], of: file, among: Set(files.keys)) }
    }

    /// Says what others did to files since the last checkpoint; they are kept as they are.
    func compare(_ position: OutputPosition) {
        for place in position.places {
            let path = folder.absolute(place.file.path)
            let descriptor = calls.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
            guard descriptor >= 0 else {
                if errno == ENOENT { logger.notice("\(path): the file is gone; it is made again") }
                continue
            }
            defer { calls.close(descriptor) }
            let content = FileContent(path: path, descriptor: descriptor, calls: calls)
            guard let size = try? content.size(), size != place.length || !holds(place, content) else {
                continue
            }
            let change =
                size > place.length && holds(place, content)
                ? "others have written to it" : "it is not as the last run left it"
            logger.notice("\(path): \(change); it is kept and appended to")
        }
    }

    private func holds(_ place: OutputPosition.Place, _ content: FileContent) -> Bool {
        (try? content.tail(of: place.length)) == place.tail
    }

    /// - Parameter noted: all files that there are notes of.
    private func takeOut(
        _ events: [OutputNote.Event], of file: StoredFile, among noted: Set<FileIdentity>
    ) throws {
        guard let content = try open(file, renamed: events.lastName, among: noted) else {
            let path = folder.absolute(file.path)
            logger.notice("\(path): the file is gone; what it got after the last checkpoint is written again")
            return
        }
        defer { calls.close(content.descriptor) }
        try OutputLock.take(content.descriptor, path: content.path, calls: calls)
        let removal = RangeRemoval(content: content)
        func note(_ event: OutputNote.Event) throws {
            try journal.note(event, of: file)
        }
        if case .removing(let begun) = events.last(where: \.isAboutRemoval) {
            try removal.resume(begun, note: note)
        }
        let own = try ownRanges(
            events, in: content,
            isAnother: calls.status(of: content.descriptor).map(FileIdentity.init) != file.identity)
        let before = try content.size()
        let isOut = try removal.remove(own, note: note)
        if isOut, !own.isEmpty { try content.sync() }
        if let name = events.lastName, content.path == folder.absolute(name), try content.size() == 0 {
            // A file of its own making in which nothing is left.
            _ = calls.remove(content.path)
            return
        }
        report(own, size: before, isOut: isOut, of: content.path)
    }

    private func report(_ own: [Range<Int>], size: Int, isOut: Bool, of path: String) {
        guard let first = own.first else { return }
        guard isOut else {
            logger.warning(
                "\(path): what was written after the last checkpoint comes twice: too much of others' stands behind it"
            )
            return
        }
        let count = own.reduce(0) { $0 + $1.count }
        let others = size - first.lowerBound - count
        let kept = others > 0 ? "; \(others) bytes of others behind it are kept" : ""
        logger.notice(
            "\(path): took out \(count) bytes that were written after the last checkpoint\(kept)")
    }

    /// Where bytes stand that were demonstrably written by this sink, in rising order, none touching another.
    ///
    /// - Parameter isAnother: whether it is not the file that was noted, but stands in its place.
    private func ownRanges(
        _ events: [OutputNote.Event], in content: FileContent, isAnother: Bool
    ) throws -> [Range<Int>] {
        var found: [Range<Int>] = []
        var lost = 0
        if isAnother, let rest = try RangeSearch.withoutBeginning(events.lastRanges, in: content) {
            return merged(rest)
        }
        var search = RangeSearch(content)
        for (place, event) in events.enumerated() {
            let next = place + 1 < events.count ? events[place + 1] : nil
            if events.isNotedAgain(place) { continue }
            guard let range = event.range else { continue }
            let places = try search.places(of: range, isLast: next == nil)
            found += places
            // Of the last one, and of one in front of a removal, nothing needs to be there.
            if case .writing? = next { lost += range.length - places.reduce(0) { $0 + $1.count } }
        }
        if lost > 0 {
            logger.warning(
                """
                \(content.path): others have changed what was written after the last checkpoint; \(lost) bytes of it \
                are not to be told from theirs any more, and come again
                """)
        }
        return merged(found)
    }

    private func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, next in
            if let last = merged.last, next.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
            } else {
                merged.append(next)
            }
        }
    }

    /// Opens the file that was noted, also where it has been renamed in its folder; nil when it is gone.
    ///
    /// - Parameters:
    ///   - name: the stored path that the sink itself has given it since.
    ///   - noted: all files that there are notes of.
    private func open(
        _ file: StoredFile, renamed name: String?, among noted: Set<FileIdentity>
    ) throws -> FileContent? {
        if let name, calls.status(of: folder.absolute(name)).map(FileIdentity.init) == file.identity {
            return try open(StoredFile(path: name, identity: file.identity), renamed: nil, among: noted)
        }
        let path = folder.absolute(file.path)
        let atPath = calls.status(of: path).map(FileIdentity.init)
        var found = path
        if atPath != file.identity {
            if let renamed = renamed(file.identity, beside: path) {
                found = renamed
            } else if atPath.map(noted.contains) ?? true {
                // What stands there, if anything, is what the sink wrote after it, and has notes of its own: the same records
                // may have come to it again.
                return nil
            }
            // Else it is a copy, or another file; its bytes tell.
        }
        guard calls.status(of: found)?.isRegular == true else { return nil }
        let descriptor = calls.open(found, O_RDWR | O_CLOEXEC, 0)
        guard descriptor >= 0 else {
            throw FileError(path: found, doing: "cut it back to the last checkpoint")
        }
        return FileContent(path: found, descriptor: descriptor, calls: calls)
    }

    private func renamed(_ identity: FileIdentity, beside path: String) -> String? {
        var folders = [parent(of: path)]
        // Of a link, what it leads to may have another name, too.
        if case .file(let place) = RealPath.place(of: path, calls) {
            folders.append(parent(of: String(decoding: place, as: UTF8.self)))
        }
        return folders.lazy.compactMap { find(identity, in: $0) }.first
    }

    private func find(_ identity: FileIdentity, in folder: String) -> String? {
        var found: String?
        _ = calls.list(folder) { entry in
            // A link has an inode of its own.
            guard entry.inode == identity.inode || Int(entry.type) == DT_LNK else { return true }
            let path = (folder == "/" ? "" : folder) + "/" + String(cString: entry.name)
            if calls.status(of: path).map(FileIdentity.init) == identity { found = path }
            return found == nil
        }
        return found
    }
}

extension [OutputNote.Event] {
    /// The name that the file was given last.
    fileprivate var lastName: String? {
        reversed().lazy.compactMap { if case .rotated(let rotated) = $0 { rotated.file.path } else { nil } }
            .first
    }

    /// The writes, each as it was noted last; none where bytes were moved meanwhile.
    fileprivate var lastRanges: [WrittenRange] {
        if contains(where: \.isAboutRemoval) { return [] }
        return indices.compactMap { isNotedAgain($0) ? nil : self[$0].range }
    }

    /// Whether it is a write that landed elsewhere, which is noted behind it.
    fileprivate func isNotedAgain(_ place: Int) -> Bool {
        if place + 1 < count, case .landed = self[place + 1] { true } else { false }
    }
}

extension OutputNote.Event {
    fileprivate var range: WrittenRange? {
        switch self {
        case .writing(let range), .landed(let range): range
        case .removing, .removed, .rotated: nil
        }
    }

    fileprivate var isAboutRemoval: Bool {
        switch self {
        case .writing, .landed, .rotated: false
        case .removing, .removed: true
        }
    }
}
