import Glibc
import State
import Testing

@testable import Builtins

@Suite struct FileReplacementTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func mode(_ name: String) -> UInt32? {
        var status = stat()
        return lstat("\(folder.path)/\(name)", &status) == 0 ? status.st_mode : nil
    }

    @Test func aNewFileIsMadeWithItsFolders() throws {
        try replaceFile(at: "\(folder.path)/a/b.json", with: Array("new".utf8))
        #expect(try folder.text("a/b.json") == "new")
    }

    @Test func aFileKeepsItsModeAndALinkStaysALink() throws {
        try folder.write("target", "old and longer")
        chmod("\(folder.path)/target", 0o640)
        symlink("target", "\(folder.path)/link")
        try replaceFile(at: "\(folder.path)/link", with: Array("new".utf8))
        #expect(try folder.text("target") == "new")
        #expect(mode("target").map { $0 & 0o7777 } == 0o640)
        #expect(mode("link").map { $0 & S_IFMT } == S_IFLNK)
        #expect(try folder.names == ["link", "target"])
    }

    @Test func theOtherNameOfAFileShowsTheSame() throws {
        try folder.write("one", "old")
        link("\(folder.path)/one", "\(folder.path)/two")
        try replaceFile(at: "\(folder.path)/one", with: Array("new".utf8))
        #expect(try folder.text("two") == "new")
    }

    @Test func aPipeIsWrittenAndStaysAPipe() throws {
        mkfifo("\(folder.path)/pipe", 0o600)
        let reader = open("\(folder.path)/pipe", O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try replaceFile(at: "\(folder.path)/pipe", with: Array("new".utf8))
        var bytes = [UInt8](repeating: 0, count: 10)
        #expect(read(reader, &bytes, 10) == 3)
        #expect(mode("pipe").map { $0 & S_IFMT } == S_IFIFO)
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let error = #expect(throws: FileError.self) {
            try replaceFile(at: "/proc/none/report.json", with: [])
        }
        #expect(error?.path == "/proc/none/report.json")
    }
}
