import Glibc

/// The journal beside a SQLite file with which a change that was broken off will be undone.
///
/// States keep a log instead, but for the moment in which they are made.
struct RollbackJournal: Sendable, Equatable {
    private static let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]

    /// Whether the file was being made: it held nothing before the change, or had never had a log.
    let isOfNewFile: Bool

    /// Nil where there is no journal, and where it is one by which nothing has to be undone: the file is changed only after
    /// the journal's head has been written.
    ///
    /// - Throws: `FileError`.
    init?(of file: String) throws(FileError) {
        guard let status = Files.calls.status(of: file + "-journal"), status.st_size >= 28 else { return nil }
        let bytes = try readFile(file + "-journal")
        // See "The Rollback Journal" in SQLite's description of its file format.
        guard bytes.count >= 28, bytes.starts(with: RollbackJournal.magic) else { return nil }
        func number(at place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let (pages, sector) = (number(at: 16), number(at: 20))
        // The first page as it was; its eighteenth byte tells how the file is written.
        let hadNoLog = bytes.count > sector + 22 && number(at: sector) == 1 && bytes[sector + 22] == 1
        isOfNewFile = pages == 0 || hadNoLog
    }
}
