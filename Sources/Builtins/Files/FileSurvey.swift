import Glibc
import PipelineSpec
import State
import Streaming

/// What the paths of a source stand for at one time.
struct FileSurvey: Sendable {
    struct Input: Sendable {
        enum Kind: Sendable {
            /// The number of a file in ``files``.
            case file(Int)
            /// Bytes that come once.
            case stream(BytePath)
        }

        let kind: Kind
        /// Whether it was not asked for by its name but matches a pattern.
        let isMember: Bool
    }

    /// Something that is not read.
    struct Problem: Sendable {
        let error: UnreadInput
        /// Whether it may hold records; a folder that matches a pattern does not.
        let isFailure: Bool
        /// Whether it was not asked for by its name but matches a pattern.
        let isMember: Bool
    }

    /// In the order in which they are read, each file once however many names lead to it.
    private(set) var inputs: [Input] = []
    private(set) var files: [FoundFile] = []
    private(set) var problems: [Problem] = []
    /// Whether each path stands for something, and no file went while it was looked for.
    private(set) var isComplete = true

    private let folder: BytePath
    private let base: PathBase
    private let ownOutputs: OwnOutputs
    /// The same by their paths without links; nil as long as none was asked for.
    private var realOutputs: OwnOutputs?
    private var seen: Set<InputIdentity> = []

    /// - Parameters:
    ///   - paths: files, patterns, or `-`, as the spec has them.
    ///   - directory: the spec's folder.
    ///   - ownOutputs: left out of what patterns match: the pipeline would read what it writes.
    init(of paths: [String], in directory: String, base: PathBase, ownOutputs: OwnOutputs) {
        self.ownOutputs = ownOutputs
        folder = BytePath(directory == "." ? "" : directory)
        self.base = base
        for path in paths { add(path) }
    }

    private mutating func add(_ path: String) {
        if path == "-" {
            inputs.append(Input(kind: .stream(BytePath(path)), isMember: false))
        } else if Glob.isPattern(path) {
            let listing = Glob.list(path, in: folder)
            for failure in listing.failures {
                isComplete = false
                fail("\(failure)", isMember: true)
            }
            let members = listing.paths.filter { !ownOutputs.contains($0.bytes) }
            for member in members { add(member, isMember: true) }
            if members.isEmpty, listing.failures.isEmpty {
                isComplete = false
                fail("no file matches \(resolved(path))", isMember: false)
            }
        } else {
            add(resolved(path), isMember: false)
        }
    }

    private func resolved(_ path: String) -> BytePath {
        path.hasPrefix("/") ? BytePath(path) : folder.appending(path.utf8)
    }

    private mutating func add(_ path: BytePath, isMember: Bool) {
        let status: FileStatus
        do throws(FileError) {
            status = try FileStatus(of: path)
        } catch {
            // It may have been renamed since the folder was listed.
            if isMember, !Glob.exists(path) {
                isComplete = false
            } else {
                if !isMember { isComplete = false }
                let isLink = error.isAbsence && Glob.exists(path)
                fail(
                    isLink ? "\(path): cannot read it: the link leads nowhere" : "\(error)",
                    isMember: isMember)
            }
            return
        }
        switch (status.kind, isMember) {
        case (.regular, _):
            let real = path.real ?? path
            if isMember, isOwnOutput(real: real) { return }
            guard seen.insert(status.identity).inserted else { return }
            inputs.append(Input(kind: .file(files.count), isMember: isMember))
            files.append(
                FoundFile(
                    path: path, home: base.relative(real), identity: status.identity,
                    size: status.size))
        case (.pipe, false), (.device, false): inputs.append(Input(kind: .stream(path), isMember: false))
        case (.folder, true): pass(path, "a folder")
        case (.pipe, true), (.device, true):
            pass(path, "no regular file; a pipe or device is read where a source names it as its path")
        case (.socket, true): pass(path, "a socket")
        case (.folder, false):
            fail("\(FileError(path: "\(path)", doing: "read it", code: EISDIR))", isMember: false)
        case (.socket, false): fail("\(path): cannot read it: it is a socket", isMember: false)
        }
    }

    /// Whether the pipeline writes a file, by links to it or to its folder.
    private mutating func isOwnOutput(real: BytePath) -> Bool {
        if ownOutputs.isEmpty { return false }
        let outputs = realOutputs ?? ownOutputs.withoutLinks
        realOutputs = outputs
        return outputs.contains(real.bytes)
    }

    private mutating func pass(_ path: BytePath, _ what: String) {
        let error = UnreadInput(description: "\(path) matches, but is not read: it is \(what)")
        problems.append(Problem(error: error, isFailure: false, isMember: true))
    }

    private mutating func fail(_ message: String, isMember: Bool) {
        problems.append(
            Problem(error: UnreadInput(description: message), isFailure: true, isMember: isMember))
    }
}

/// A path that stands for nothing that can be read.
struct UnreadInput: PermanentFailure, CustomStringConvertible {
    let description: String
}

/// Gives the bytes of the files that are looked at one after the other.
final class FilePeek {
    private var file: ReadableFile?

    func bytes(of path: BytePath, at offset: Int, count: Int) throws -> [UInt8] {
        if let file, file.path == path { return try file.bytes(at: offset, count: count) }
        let next = try ReadableFile(path, as: .file)
        file = next
        return try next.bytes(at: offset, count: count)
    }
}
