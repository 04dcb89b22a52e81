import Glibc
import State

/// A regular file that is given other content as a whole, again and again: whoever opens it finds the old or the new one,
/// also after a loss of power.
///
/// The new content is written beside it and renamed over it. The lock on it is taken on what is written before that gets
/// the name, so there is no moment at which another process could take the file.
final class ExchangedFile {
    /// Links resolved.
    let path: String
    private let beside: String
    private let claims: [OutputClaim]
    private let calls: any FileCalls
    private var held: Held?
    /// What stands beside the file and is to take its place, locked.
    private var prepared: FileContent?

    /// The file that stands there, locked.
    private struct Held {
        let content: FileContent
        let status: stat
    }

    /// - Parameter path: of a file, or where one can be made.
    /// - Throws: ``OutputConflict``.
    init(path: String, claim: OutputClaim, owner: String, registry: OutputRegistry, calls: any FileCalls)
        throws
    {
        self.path = path
        beside = ExchangedFile.beside(path)
        self.calls = calls
        claims = [claim, try registry.keep(beside, as: "what \(owner) writes beside \(path)", of: nil)]
    }

    deinit {
        if let held { calls.close(held.content.descriptor) }
        if let prepared { calls.close(prepared.descriptor) }
    }

    /// Where it is told from others what stands beside a file.
    static func beside(_ path: String) -> String { parent(of: path) + "/.\(RealPath.name(of: path)).new" }

    /// Whether what stands there is not what was found or written last.
    var isChanged: Bool {
        guard let status = calls.status(of: path) else { return held != nil }
        guard let held else { return true }
        return FileIdentity(status) != FileIdentity(held.status) || status.st_size != held.status.st_size
            || status.st_mtim.tv_sec != held.status.st_mtim.tv_sec
            || status.st_mtim.tv_nsec != held.status.st_mtim.tv_nsec
    }

    /// Opens and locks what stands there; nil when nothing does.
    ///
    /// - Throws: ``OutputInUse``, ``OutputConflict``, or ``FileError``.
    func occupant() throws -> FileContent? {
        release()
        // Until the file that was locked is the one that has the name.
        while true {
            let descriptor = calls.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
            if descriptor < 0 {
                if errno == ENOENT { return nil }
                throw FileError(path: path, doing: "read it")
            }
            do {
                try OutputLock.take(descriptor, path: path, calls: calls)
                guard let status = calls.status(of: descriptor) else {
                    throw FileError(path: path, doing: "read it")
                }
                if !status.isRegular { throw FileError(path: path, doing: "replace it", code: EISDIR) }
                if calls.status(of: path).map(FileIdentity.init) == FileIdentity(status) {
                    try claims[0].identify(as: FileIdentity(status), path: path)
                    return hold(descriptor, status)
                }
            } catch {
                calls.close(descriptor)
                throw error
            }
            calls.close(descriptor)
        }
    }

    /// Gives the file its content.
    ///
    /// - Throws: ``OutputInUse``, ``OutputConflict``, or ``FileError``; the old content stands then.
    func replace(with bytes: [UInt8]) throws {
        _ = try prepare { try $0.append(bytes) }
        do {
            try exchange()
        } catch {
            discard()
            throw error
        }
    }

    /// Writes what the file is to become, durable; whoever opens the file still finds the old content.
    ///
    /// - Returns: the file that is going to stand there.
    func prepare(_ write: (FileContent) throws -> Void) throws -> FileContent {
        discard()
        try makeFolders(for: path, calls)
        let content = FileContent(path: path, descriptor: try make(), calls: calls)
        prepared = content
        do {
            try write(content)
            guard calls.synchronize(content.descriptor) == 0 || errno == EINVAL || errno == EROFS else {
                throw FileError(path: beside, doing: "sync it")
            }
            return content
        } catch {
            discard()
            throw error
        }
    }

    /// Puts what was prepared in the place of the file.
    func exchange() throws {
        guard let next = prepared else { return }
        if calls.rename(beside, to: path) != 0 { throw FileError(path: path, doing: "replace it") }
        prepared = nil
        do {
            guard let status = calls.status(of: next.descriptor) else {
                throw FileError(path: path, doing: "read it")
            }
            try claims[0].identify(as: FileIdentity(status), path: path)
            try syncFolder(of: path, calls)
            release()
            _ = hold(next.descriptor, status)
        } catch {
            calls.close(next.descriptor)
            throw error
        }
    }

    /// What a process that is gone has prepared, to be put in its place; nil where there is none.
    func leftover() throws -> FileContent? {
        discard()
        guard calls.linkStatus(of: beside)?.isRegular == true else { return nil }
        let descriptor = calls.open(beside, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard descriptor >= 0 else { throw FileError(path: beside, doing: "read it") }
        let content = FileContent(path: beside, descriptor: descriptor, calls: calls)
        prepared = content
        try OutputLock.take(descriptor, path: beside, calls: calls)
        return content
    }

    /// Takes away what was prepared.
    func discard() {
        guard let prepared else { return }
        _ = calls.remove(beside)
        calls.close(prepared.descriptor)
        self.prepared = nil
    }

    /// Takes away what a process that is gone has left beside the file.
    func tidy() {
        guard calls.linkStatus(of: beside)?.isRegular == true, let descriptor = try? make() else { return }
        _ = calls.remove(beside)
        calls.close(descriptor)
    }

    private func hold(_ descriptor: Int32, _ status: stat) -> FileContent {
        let content = FileContent(path: path, descriptor: descriptor, calls: calls)
        held = Held(content: content, status: status)
        return content
    }

    private func release() {
        if let held { calls.close(held.content.descriptor) }
        held = nil
    }

    /// The file to write, locked and empty.
    private func make() throws -> Int32 {
        let old = calls.status(of: path)
        while true {
            let descriptor = calls.open(
                beside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, old == nil ? 0o644 : 0o600)
            guard descriptor >= 0 else { throw FileError(path: path, doing: "make a file beside it") }
            do {
                try OutputLock.take(descriptor, path: path, calls: calls)
                guard let status = calls.status(of: descriptor), status.isRegular else {
                    throw FileError(path: beside, doing: "write it", code: EEXIST)
                }
                if calls.linkStatus(of: beside).map(FileIdentity.init) == FileIdentity(status) {
                    if let old, calls.give(descriptor, modeAndOwnerOf: old) != 0 {
                        throw FileError(path: path, doing: "keep its mode")
                    }
                    if status.st_size > 0 {
                        try FileContent(path: beside, descriptor: descriptor, calls: calls).cut(to: 0)
                    }
                    return descriptor
                }
            } catch {
                calls.close(descriptor)
                throw error
            }
            calls.close(descriptor)
        }
    }
}
