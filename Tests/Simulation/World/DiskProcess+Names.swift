import Glibc
import State
import Synchronization

/// The calls on names, in folders.
extension DiskProcess {
    func makeFolder(_ path: UnsafePointer<CChar>, _ mode: mode_t) -> Int32 {
        let path = String(cString: path)
        return names("make folder", path, needsRoom: true) { (contents) throws(DiskContents.Failure) in
            try contents.make(.folder, at: path, now: disk.now())
        }
    }

    func remove(_ path: UnsafePointer<CChar>) -> Int32 {
        let path = String(cString: path)
        return names("remove", path) { (contents) throws(DiskContents.Failure) in
            try contents.remove(path)
        }
    }

    func rename(_ path: UnsafePointer<CChar>, to new: UnsafePointer<CChar>) -> Int32 {
        let (path, new) = (String(cString: path), String(cString: new))
        return names("rename", path) { (contents) throws(DiskContents.Failure) in
            try contents.rename(path, to: new)
        }
    }

    func rename(_ path: UnsafePointer<CChar>, toFree new: UnsafePointer<CChar>) -> Int32 {
        if inode(at: new, followsLast: false) != nil { return failed(EEXIST) }
        return rename(path, to: new)
    }

    private func names(
        _ name: String, _ path: String, needsRoom: Bool = false,
        _ body: (inout DiskContents) throws(DiskContents.Failure) -> Void
    ) -> Int32 {
        do throws(DiskContents.Failure) {
            try perform(effect(name, path, needsRoom: needsRoom))
            try disk.state.withLock { (state) throws(DiskContents.Failure) in try body(&state.contents) }
            return 0
        } catch {
            return failed(error.code)
        }
    }

    func perform(_ verdict: Verdict) throws(DiskContents.Failure) {
        switch verdict {
        case .done: return
        case .dies: throw DiskContents.Failure(code: EIO)
        case .fails(let code): throw DiskContents.Failure(code: code)
        }
    }

    func isWritable(_ path: UnsafePointer<CChar>) -> Bool { inode(at: path) != nil }

    func realPath(_ path: UnsafePointer<CChar>) -> [UInt8]? {
        inode(at: path).map { inode in
            Array(disk.state.withLock { $0.contents.path(of: inode) }.utf8)
        }
    }

    func target(of link: UnsafePointer<CChar>) -> [UInt8]? {
        guard let inode = inode(at: link, followsLast: false) else { return nil }
        guard case .link(let target) = disk.state.withLock({ $0.contents[inode].kind }) else {
            return absent(EINVAL)
        }
        return Array(target.utf8)
    }

    func list(_ folder: UnsafePointer<CChar>, _ body: (FolderEntry) -> Bool) -> Int32 {
        guard let inode = inode(at: folder) else { return -1 }
        let contents = disk.state.withLock { $0.contents }
        guard contents[inode].kind == .folder else { return failed(ENOTDIR) }
        for (name, entry) in contents[inode].entries.sorted(by: { $0.key < $1.key }) {
            let type =
                switch contents[entry].kind {
                case .file: DT_REG
                case .folder: DT_DIR
                case .link: DT_LNK
                }
            let goesOn = name.withCString {
                body(FolderEntry(name: $0, type: UInt8(type), inode: UInt64(entry)))
            }
            if !goesOn { return 0 }
        }
        return 0
    }
}
