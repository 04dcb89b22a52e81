import CSQLite
import Glibc
import Synchronization

/// A SQLite VFS over the system's that counts what changes files, and fails when it is told to.
final class FaultyFileSystem: Sendable {
    struct Calls: Sendable {
        /// Writes, syncs and cuts.
        var changes = 0
        var syncs = 0
        /// From which change on they fail.
        var firstFailure = Int.max
    }

    let name: String
    private let calls = Mutex(Calls())
    private let failure: Int32

    private static let number = Atomic<Int>(0)

    /// - Parameter failure: what a change that fails answers.
    init(failure: Int32 = SQLITE_FULL) {
        self.failure = failure
        name = "faulty-\(FaultyFileSystem.number.wrappingAdd(1, ordering: .relaxed).newValue)"
        register(self)
    }

    var syncs: Int { calls.withLock { $0.syncs } }
    var changes: Int { calls.withLock { $0.changes } }

    /// Lets the changes after so many further ones fail.
    func fail(after count: Int) { calls.withLock { $0.firstFailure = $0.changes + count } }
    func recover() { calls.withLock { $0.firstFailure = .max } }

    fileprivate func change(isSync: Bool = false) -> Int32 {
        calls.withLock { calls in
            defer { calls.changes += 1 }
            if isSync { calls.syncs += 1 }
            return calls.changes >= calls.firstFailure ? failure : SQLITE_OK
        }
    }
}

/// What SQLite's C callbacks find their file system by. Pointers stand as numbers; what they point to is never freed.
private struct Registry {
    struct Methods {
        let original: UInt
        let system: FaultyFileSystem
    }

    var systems: [UInt: FaultyFileSystem] = [:]
    /// By the table of a file's methods that was put in the place of the original.
    var methods: [UInt: Methods] = [:]
    var replacements: [String: UInt] = [:]
}

private let registry = Mutex(Registry())

private func address(_ pointer: UnsafeRawPointer?) -> UInt { UInt(bitPattern: pointer) }

private func register(_ system: FaultyFileSystem) {
    guard let original = sqlite3_vfs_find(nil) else { fatalError("SQLite has no VFS") }
    let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    vfs.initialize(to: original.pointee)
    vfs.pointee.zName = UnsafePointer(strdup(system.name))
    vfs.pointee.pNext = nil
    vfs.pointee.xOpen = { vfs, name, file, flags, answer in
        guard let original = sqlite3_vfs_find(nil) else { return SQLITE_ERROR }
        let code = original.pointee.xOpen(vfs, name, file, flags, answer)
        if let file, let methods = file.pointee.pMethods { file.pointee.pMethods = replaced(methods, vfs) }
        return code
    }
    registry.withLock { $0.systems[address(vfs)] = system }
    sqlite3_vfs_register(vfs, 0)
}

/// The methods of a file with ours among them.
private func replaced(
    _ methods: UnsafePointer<sqlite3_io_methods>, _ vfs: UnsafeMutablePointer<sqlite3_vfs>?
) -> UnsafePointer<sqlite3_io_methods> {
    let (original, vfs) = (address(methods), address(vfs))
    let replacement = registry.withLock { registry in
        guard let system = registry.systems[vfs] else { return original }
        let key = "\(system.name) \(original)"
        if let known = registry.replacements[key] { return known }
        let replacement = copied(original)
        registry.methods[replacement] = Registry.Methods(original: original, system: system)
        registry.replacements[key] = replacement
        return replacement
    }
    return UnsafePointer(bitPattern: replacement) ?? methods
}

/// A table of methods like that at an address, but with ours.
private func copied(_ original: UInt) -> UInt {
    guard let methods = UnsafePointer<sqlite3_io_methods>(bitPattern: original) else { return original }
    let ours = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    ours.initialize(to: methods.pointee)
    ours.pointee.xWrite = { file, bytes, count, offset in
        call(file, { $0.change() }, { $0.xWrite(file, bytes, count, offset) })
    }
    ours.pointee.xSync = { file, flags in
        call(file, { $0.change(isSync: true) }, { $0.xSync(file, flags) })
    }
    ours.pointee.xTruncate = { file, size in call(file, { $0.change() }, { $0.xTruncate(file, size) }) }
    return address(ours)
}

/// Calls the original, where the file system does not want to fail.
private func call(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ decide: (FaultyFileSystem) -> Int32,
    _ body: (sqlite3_io_methods) -> Int32
) -> Int32 {
    let table = address(file?.pointee.pMethods)
    guard let methods = registry.withLock({ $0.methods[table] }),
        let original = UnsafePointer<sqlite3_io_methods>(bitPattern: methods.original)
    else { return SQLITE_IOERR }
    let code = decide(methods.system)
    return code == SQLITE_OK ? body(original.pointee) : code
}
