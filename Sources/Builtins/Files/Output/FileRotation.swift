import Glibc
import Logging
import Notation
import PipelineSpec
import Records
import State
import Streaming

/// Gives the files of a sink other names when they are full, and takes the oldest of those away.
///
/// A file is rotated before something is written to it and after a checkpoint has been asked for. Whether that has been
/// stored by then does not matter: a start finds a file by what it is, not by its name.
struct FileRotation {
    let rule: Rotation
    let zone: ZoneName
    /// Nanoseconds since 1970.
    let now: @Sendable () -> Int64
    /// Those that are counted, the oldest first.
    private(set) var rotated: [RotatedFile] = []

    init(_ rule: Rotation, zone: ZoneName, now: @escaping @Sendable () -> Int64) {
        self.rule = rule
        self.zone = zone
        self.now = now
    }

    func isDue(_ file: OutputFile) throws -> Bool {
        guard file.isSettled else { return false }
        return rule.isDue(size: try file.size(), lastWrite: local(file.lastWrite), now: local(seconds))
    }

    /// Now, since 1970.
    var seconds: Int64 { now().flooredQuotientAndRemainder(dividingBy: 1_000_000_000).quotient }

    private func local(_ seconds: Int64) -> Int64 { seconds + zone.offset(at: seconds) }

    /// Names that are tried, at most.
    private static let attempts: Int64 = 1000

    /// Gives a file the name of the first second from now on that is behind those of all such files.
    ///
    /// - Throws: ``FileError``; the file has its old name then.
    mutating func rotate(_ file: OutputFile, in folder: OutputFolder, _ calls: any FileCalls) throws {
        // Of a link, the file that it leads to: what is made next is made there.
        guard case .file(let bytes) = RealPath.place(of: file.path, calls) else { return }
        let path = String(decoding: bytes, as: UTF8.self)
        let start = local(seconds)
        let names = (0..<FileRotation.attempts).lazy.map { Rotation.path(of: path, at: start + $0) }
        let last = FileRotation.last(
            beside: path, before: Rotation.path(of: path, at: start + FileRotation.attempts), calls)
        for next in names where last.map({ FileRotation.isBefore($0, next) }) ?? true {
            let noted = RotatedFile(
                file: StoredFile(path: folder.stored(next), identity: file.stored.identity),
                born: calls.birthTime(of: path))
            try file.willBeRotated(to: noted)
            if calls.rename(path, toFree: next) == 0 {
                // The new file must not be there without this one.
                try syncFolder(of: next, calls)
                if rule.keep != nil { rotated.append(noted) }
                return
            }
            guard errno == EEXIST else { break }
        }
        throw FileError(path: file.path, doing: "rotate it")
    }

    /// The path of the last file that was rotated before a time, the sink's or not: names that are free again come not.
    private static func last(beside path: String, before end: String, _ calls: any FileCalls) -> String? {
        let folder = parent(of: path)
        let start = Rotation.path(of: path, at: 0)
        var last: String?
        _ = calls.list(folder) { entry in
            let found = (folder == "/" ? "" : folder) + "/" + String(cString: entry.name)
            // Of the same form: as long, and of the same beginning and end.
            if Rotation.isName(found, like: start), isBefore(found, end),
                last.map({ isBefore($0, found) }) ?? true
            {
                last = found
            }
            return true
        }
        return last
    }

    /// In the order of bytes, which is that of time.
    private static func isBefore(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Takes up what was rotated before: as the last checkpoint has it, and what was noted since.
    mutating func restore(_ stored: [RotatedFile], _ notes: [OutputNote]) {
        guard rule.keep != nil else { return }
        let noted = notes.compactMap { note in
            if case .rotated(let rotated) = note.event { rotated } else { nil }
        }
        rotated = stored + noted.filter { !stored.contains($0) }
    }

    /// Takes the oldest files away that are more than are kept, unless they have become others.
    mutating func prune(in folder: OutputFolder, _ calls: any FileCalls, _ logger: Logger?) {
        guard let keep = rule.keep else { return }
        rotated.removeAll { !FileRotation.isThere($0, folder, calls) }
        while rotated.count > keep {
            let oldest = rotated.removeFirst()
            let path = folder.absolute(oldest.file.path)
            if calls.remove(path) != 0 {
                logger?.warning("\(FileError(path: path, doing: "remove it")); it is kept")
            }
        }
    }

    private static func isThere(
        _ rotated: RotatedFile, _ folder: OutputFolder, _ calls: any FileCalls
    ) -> Bool {
        let path = folder.absolute(rotated.file.path)
        return calls.linkStatus(of: path).map(FileIdentity.init) == rotated.file.identity
            && calls.birthTime(of: path) == rotated.born
    }
}

/// A file that was given another name when it was full.
struct RotatedFile: Hashable, Sendable {
    /// Under its new name.
    let file: StoredFile
    /// Nanoseconds since 1970, negative where the system does not say: a later file may have been given the same inode.
    let born: Int64
}

extension RotatedFile {
    var json: JSON { .object(JSONObject(file.members + [("born", .string(String(born)))])) }

    init?(_ json: JSON) {
        guard let file = StoredFile(json), let born = json["born"]?.string.flatMap({ Int64($0) }) else {
            return nil
        }
        self.init(file: file, born: born)
    }
}
