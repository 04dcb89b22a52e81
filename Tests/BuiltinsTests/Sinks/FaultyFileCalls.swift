import Builtins
import Glibc
import State
import Synchronization

/// The system's calls, until one at which the process dies: that one is done in part, and nothing is after it.
final class FaultyFileCalls: FileCalls {
    enum Fault: Equatable {
        /// The process is gone in the middle of the call.
        case death
        /// The disk is full: the call is done in part, and fails from then on until there is room.
        case full
    }

    private struct State {
        var callsLeft = Int.max
        var fault: Fault?
        var part = 0
        var isDead = false
        var isFull = false
        var count = 0
        var syncs = 0
    }

    private let state = Mutex(State())
    private let system = SystemFileCalls()

    /// The calls that have changed something.
    var count: Int { state.withLock { $0.count } }
    /// The calls that have made something durable.
    var syncs: Int { state.withLock { $0.syncs } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Lets one of the next calls fail.
    ///
    /// - Parameters:
    ///   - calls: how many calls that change something come before it.
    ///   - part: bytes that it writes all the same.
    func fail(after calls: Int, part: Int, _ fault: Fault = .death) {
        state.withLock { state in
            state.callsLeft = calls
            state.part = part
            state.fault = fault
        }
    }

    /// There is room on the disk again.
    func clear() {
        state.withLock { state in
            state.isFull = false
            state.fault = nil
            state.callsLeft = .max
        }
    }

    /// How many bytes of a call are done: all, some, or none and no more ever; -1 for a call that fails.
    private func allowed(_ bytes: Int) -> Int {
        state.withLock { state in
            if state.isDead || state.isFull { return -1 }
            state.count += 1
            if state.callsLeft > 0 {
                state.callsLeft -= 1
                return bytes
            }
            switch state.fault {
            case .death: state.isDead = true
            case .full: state.isFull = true
            case nil: return bytes
            }
            return min(state.part, bytes)
        }
    }

    /// A note counts as a call; the process may die before or after it is stored.
    ///
    /// - Returns: whether it is stored.
    func passNote() -> Bool { state.withLock(\.isFull) || allowed(64) >= 32 }

    private func failure() -> Int {
        errno = isDead ? EIO : ENOSPC
        return -1
    }

    func open(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
        if isDead {
            errno = EIO
            return -1
        }
        return system.open(path, flags, mode)
    }

    func close(_ descriptor: Int32) { system.close(descriptor) }
    func status(of path: UnsafePointer<CChar>) -> stat? { system.status(of: path) }
    func linkStatus(of path: UnsafePointer<CChar>) -> stat? { system.linkStatus(of: path) }
    func status(of descriptor: Int32) -> stat? { system.status(of: descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        let count = allowed(bytes.count)
        guard count >= 0 else { return failure() }
        var written = 0
        if count > 0 {
            written = system.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: descriptor)
        }
        // Nobody is told of a call in which the process died.
        return isDead || written == 0 ? failure() : written
    }

    func place(of descriptor: Int32) -> Int { system.place(of: descriptor) }

    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) -> Int {
        system.read(into: space, from: descriptor, at: offset)
    }

    func overwrite(_ descriptor: Int32, with bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        // What is written over something needs no room.
        let count = state.withLock(\.isFull) ? bytes.count : allowed(bytes.count)
        guard count >= 0 else { return failure() }
        let written = system.overwrite(
            descriptor, with: UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
        return isDead ? failure() : written
    }

    func cut(_ descriptor: Int32, to length: Int) -> Int32 {
        if state.withLock(\.isFull) { return system.cut(descriptor, to: length) }
        guard allowed(1) > 0 else { return Int32(failure()) }
        return system.cut(descriptor, to: length)
    }

    func synchronize(_ descriptor: Int32) -> Int32 {
        if isDead { return Int32(failure()) }
        state.withLock { $0.syncs += 1 }
        return system.synchronize(descriptor)
    }

    func give(_ descriptor: Int32, modeAndOwnerOf other: stat) -> Int32 {
        system.give(descriptor, modeAndOwnerOf: other)
    }

    func lock(_ descriptor: Int32) -> Int32 { system.lock(descriptor) }
    func birthTime(of descriptor: Int32) -> Int64 { system.birthTime(of: descriptor) }
    func birthTime(of path: UnsafePointer<CChar>) -> Int64 { system.birthTime(of: path) }

    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
        system.read(into: space, from: descriptor)
    }

    func seek(_ descriptor: Int32, to offset: Int) -> Int { system.seek(descriptor, to: offset) }

    func makeFolder(_ path: UnsafePointer<CChar>, _ mode: mode_t) -> Int32 {
        isDead ? Int32(failure()) : system.makeFolder(path, mode)
    }

    func remove(_ path: UnsafePointer<CChar>) -> Int32 { isDead ? Int32(failure()) : system.remove(path) }

    func rename(_ path: UnsafePointer<CChar>, to new: UnsafePointer<CChar>) -> Int32 {
        isDead ? Int32(failure()) : system.rename(path, to: new)
    }

    func rename(_ path: UnsafePointer<CChar>, toFree new: UnsafePointer<CChar>) -> Int32 {
        // The process may die before or behind it.
        guard allowed(64) >= 32 else { return Int32(failure()) }
        let result = system.rename(path, toFree: new)
        return isDead ? Int32(failure()) : result
    }

    func isWritable(_ path: UnsafePointer<CChar>) -> Bool { system.isWritable(path) }
    func realPath(_ path: UnsafePointer<CChar>) -> [UInt8]? { system.realPath(path) }
    func target(of link: UnsafePointer<CChar>) -> [UInt8]? { system.target(of: link) }

    func list(_ folder: UnsafePointer<CChar>, _ body: (FolderEntry) -> Bool) -> Int32 {
        system.list(folder, body)
    }
}
