import CSQLite
import Streaming
import Testing

@testable import State

@Suite("A state of another version", .timeLimit(.minutes(10)))
struct StateVersionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> SQLiteState { try SQLiteState(path: folder.file("s.db"), owner: nil) }

    private func change(_ sql: String) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let connection = try Connection(path: folder.file("s.db"), flags: flags, vfs: nil)
        try connection.execute(sql)
        connection.close()
    }

    private func refused() throws -> StateError.Problem? {
        let before = try folder.read("s.db")
        let error = #expect(throws: StateError.self) { try open() }
        #expect(try folder.read("s.db") == before)
        #expect(error?.path == folder.file("s.db"))
        #expect(error.map { "\($0)" }?.contains("--state") == true)
        return error?.problem
    }

    @Test("that is newer is refused with both versions")
    func newer() throws {
        try open().close()
        try change("PRAGMA user_version = 7")
        #expect(try refused() == .newer(version: "7", known: Schema.version))
    }

    @Test("that is newer by a step that is not known is refused")
    func newerStep() throws {
        try open().close()
        try change("INSERT INTO grdb_migrations VALUES ('99: of a later version')")
        #expect(try refused() == .newer(version: "'99: of a later version'", known: Schema.version))
    }

    @Test("that does not say which texts are plain is opened, and says it from then on")
    func plainTexts() throws {
        try VersionOne.make(folder.file("s.db"))
        try change("INSERT INTO held VALUES (1, 'a', 0, 's', 1, 0, '{}', '[]', 0)")
        let state = try open()
        #expect(try state.restore().held["a"]?.map(\.hasPlainTexts) == [false])
        var checkpoint = Checkpoint()
        let record = HeldRecord(
            number: 1, source: "s", received: 1, index: 1, json: "{}", hasPlainTexts: true)
        checkpoint.held = ["a": HeldChange(first: 0, added: [record])]
        try state.commit(checkpoint)
        #expect(try state.restore().held["a"]?.map(\.hasPlainTexts) == [false, true])
        state.close()
    }

    @Test("0.1.0 is refused")
    func unreleased() throws {
        try change(
            """
            CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
            INSERT INTO grdb_migrations VALUES ('1: positions, history, held records');
            CREATE TABLE source (name TEXT PRIMARY KEY, anchor TEXT, count INTEGER NOT NULL) WITHOUT ROWID;
            """)
        #expect(try refused() == .unreleased)
    }

    @Test("or a file of something else is refused")
    func foreign() throws {
        try change("CREATE TABLE items (id)")
        #expect(try refused() == .foreign)
    }

    @Test("does not arise from an empty file")
    func empty() throws {
        try folder.write([], to: "s.db")
        let state = try open()
        #expect(try state.restore().sources.isEmpty)
    }
}
