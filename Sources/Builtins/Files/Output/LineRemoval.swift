import Glibc
package import State
package import Streaming

/// Takes lines out of a file that a ``FileSink`` writes, while that does not: so that whoever looks finds all of the
/// lines or those that are left, and the sink goes on as if it had written them.
///
/// The position that the sink is to go on from names the file that is going to stand there. Once it is stored, all is
/// decided: what has died then is finished by whoever opens the file next (``finish(_:)``).
package final class LineRemoval {
    private let file: ExchangedFile
    private let stored: String
    private let calls: any FileCalls
    private var occupant: FileContent?

    private static let blockSize = 1 << 20

    /// - Parameters:
    ///   - folder: where a relative name starts from.
    ///   - owner: who it is in errors.
    /// - Throws: ``OutputConflict``, or ``FileError`` where no regular file can stand.
    package init(
        folder: String, name: String, owner: String, calls: any FileCalls = Files.calls,
        registry: OutputRegistry = .process
    ) throws {
        let folder = OutputFolder(path: folder)
        let path = folder.absolute(name)
        guard let real = LineRemoval.place(of: path, calls) else {
            throw FileError(path: path, doing: "take lines out of it: it is no file", code: ESPIPE)
        }
        file = try ExchangedFile(
            path: real, claim: try registry.claim(path, owner: owner, of: nil), owner: owner,
            registry: registry, calls: calls)
        stored = folder.stored(path)
        self.calls = calls
    }

    /// Whether something stands beside the file that a process which is gone may have left.
    package static func isPending(
        folder: String, name: String, calls: any FileCalls = Files.calls
    ) -> Bool {
        guard let real = place(of: OutputFolder(path: folder).absolute(name), calls) else { return false }
        return calls.linkStatus(of: ExchangedFile.beside(real)) != nil
    }

    private static func place(of path: String, _ calls: any FileCalls) -> String? {
        if case .file(let bytes) = RealPath.place(of: path, calls) {
            String(decoding: bytes, as: UTF8.self)
        } else {
            nil
        }
    }

    /// Finishes what was decided, and takes away what was not.
    ///
    /// - Parameter position: what is stored of the sink now; nil where nothing is.
    package func finish(_ position: SinkPosition?) throws {
        guard let content = try file.leftover() else { return }
        let places = try position.map(OutputPosition.init)?.places ?? []
        let identity = calls.status(of: content.descriptor).map(FileIdentity.init)
        let isDecided = try places.contains { place in
            guard place.file.path == stored, place.file.identity == identity else { return false }
            return try content.size() == place.length && content.tail(of: place.length) == place.tail
        }
        if isDecided { try file.exchange() } else { file.discard() }
    }

    /// Goes through the lines of the file, which nobody else writes from now on; none where there is no file.
    ///
    /// - Throws: ``OutputInUse``, ``FileError``, and what `body` throws.
    package func forEachLine(_ body: (FileLine) throws -> Void) throws {
        occupant = try file.occupant()
        try occupant?.forEachLine(body)
    }

    /// Writes the file without some of the lines, beside it.
    ///
    /// - Parameter ranges: in rising order, none touching another.
    /// - Returns: the position that decides it, once it is stored.
    package func prepare(without ranges: [Range<Int>]) throws -> SinkPosition {
        guard let occupant else { preconditionFailure("lines are read before they are taken out") }
        let content = try file.prepare { next in
            var place = 0
            let end = try occupant.size()
            for range in ranges + [end..<end] {
                while place < range.lowerBound {
                    let count = min(LineRemoval.blockSize, range.lowerBound - place)
                    let bytes = try occupant.bytes(from: place, count: count)
                    if bytes.isEmpty { break }
                    try next.append(bytes)
                    place += bytes.count
                }
                place = range.upperBound
            }
        }
        guard let status = calls.status(of: content.descriptor) else {
            throw FileError(path: file.path, doing: "read it")
        }
        let length = try content.size()
        let place = OutputPosition.Place(
            file: StoredFile(path: stored, identity: FileIdentity(status)), length: length,
            tail: try content.tail(of: length))
        return OutputPosition(places: [place]).stored
    }

    /// Lets the file be what was prepared.
    package func commit() throws { try file.exchange() }
}
