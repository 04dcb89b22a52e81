import Foundation
import GRDB
import PipelineSpec
import Records
import Streaming
import Testing

@testable import Builtins

@Suite struct SQLiteSinkTests {
    private let folder: Folder
    private let path: String

    init() throws {
        folder = try Folder()
        path = "\(folder.path)/o.db"
    }

    private func sink(_ table: String = "items", key: String = "id", patience: Duration = .seconds(5))
        -> SQLiteSink
    {
        SQLiteSink(
            path: path, table: SQLiteTable(name: table, key: FieldPath(first: Key(key))), patience: patience,
            registry: OutputRegistry())
    }

    private func write(_ texts: [String], table: String = "items", key: String = "id") async throws
        -> [Refusal]
    {
        let sink = sink(table, key: key)
        try await sink.open(SinkHistory().opening())
        let refusals = try await sink.write(SinkRecords.parse(texts))
        _ = try await sink.checkpoint()
        await sink.close()
        return refusals
    }

    private func fetch(_ sql: String, from file: String? = nil) throws -> [String] {
        try DatabaseQueue(path: file ?? path).read { try String.fetchAll($0, sql: sql) }
    }

    private func execute(_ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    @Test func aNumberAndItsTextAreTwoKeys() async throws {
        #expect(try await write([#"{"id":1}"#, #"{"id":"1"}"#, #"{"id":1,"title":"again"}"#]).isEmpty)
        #expect(
            try fetch("SELECT typeof(key) || ' ' || ifnull(title, '') FROM items ORDER BY 1") == [
                "integer again", "text "
            ])
    }

    @Test(arguments: ["true", "null", "[1]", #"{"a":1}"#, "1e400", "-0"])
    func aValueThatSQLiteDoesNotHaveIsAnotherKeyThanItsText(value: String) async throws {
        let text = JSON.string(value).text
        let refusals = try await write([#"{"id":\#(value)}"#, #"{"id":\#(text)}"#, #"{"id":\#(value)}"#])
        #expect(refusals.map(\.index) == (value == "null" ? [0, 2] : []))
        let kinds = value == "null" ? ["text"] : ["blob", "text"]
        #expect(try fetch("SELECT typeof(key) FROM items ORDER BY 1") == kinds)
        #expect(try fetch("SELECT CAST(key AS TEXT) FROM items") == kinds.map { _ in value })
    }

    @Test func rowsAddedAfterTheLastCheckpointAreTakenOutUnlessSomebodyHasChangedThem() async throws {
        let history = SinkHistory()
        let first = sink()
        try await first.open(history.opening())
        _ = try await first.write(SinkRecords.parse([#"{"id":"old","title":"before"}"#]))
        history.commit(try await first.checkpoint())
        _ = try await first.write(
            SinkRecords.parse([
                #"{"id":"new"}"#, #"{"id":"changed"}"#, #"{"id":"old","title":"again"}"#,
                #"{"id":"replaced"}"#
            ]))
        await first.close()
        try execute("UPDATE items SET record = '{}' WHERE key = 'changed'")
        try execute("DELETE FROM items WHERE key = 'replaced'")
        try execute("INSERT INTO items (rowid, key, source, record) VALUES (4, 'theirs', '', '')")

        let second = sink()
        try await second.open(history.opening())
        await second.close()
        #expect(try fetch("SELECT key FROM items ORDER BY key") == ["changed", "old", "theirs"])
        #expect(try fetch("SELECT title FROM items WHERE key = 'old'") == ["again"])
        #expect(history.log.all.contains { $0.contains("took out 1 rows") })
    }

    @Test func textsGoOnBehindANUL() async throws {
        _ = try await write([#"{"id":"a\u0000b","title":"left\u0000right"}"#, #"{"id":"a\u0000c"}"#])
        #expect(try fetch("SELECT hex(key) FROM items ORDER BY 1") == ["610062", "610063"])
        #expect(try fetch("SELECT length(CAST(title AS BLOB)) FROM items WHERE title IS NOT NULL") == ["10"])
    }

    @Test func valuesKeepWhatTheyAre() async throws {
        _ = try await write([
            #"{"id":9007199254740993,"score":9007199254740993,"title":"007","author":5,"url":-0,"updated":1e1000,"comments":1.5,"language":""}"#,
            #"{"id":18446744073709551615,"title":true,"author":null,"updated":[1]}"#
        ])
        #expect(
            try fetch(
                """
                SELECT key || ' ' || score || ' ' || title || ' ' || typeof(title) || ' ' || typeof(author) || ' '
                    || url || ' ' || updated || ' ' || comments || ' ' || typeof(language) FROM items ORDER BY rowid LIMIT 1
                """) == ["9007199254740993 9007199254740993 007 text integer -0 1e1000 1.5 text"])
        #expect(
            try fetch(
                "SELECT key || ' ' || title || ' ' || typeof(author) || ' ' || typeof(updated) FROM items WHERE rowid = 2"
            )
                == ["18446744073709551615 1 null null"])
    }

    @Test func longTextsStandInTheFileOnce() async throws {
        let text = String(repeating: "word ", count: 200)
        let lines = (0..<1000).map {
            #"{"id":\#($0),"summary":"about \#($0)","content":{"text":"\#(text)","html":"<p>\#(text)"},"content_hash":"h"}"#
        }
        _ = try await write(lines)
        #expect(
            try fetch("SELECT summary || ' ' || content_text || content_hash FROM items WHERE key = 7") == [
                "about 7 \(text)h"
            ])
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(size < lines.reduce(0) { $0 + $1.utf8.count } * 6 / 5)
    }

    @Test func computedColumnsCanBeIndexedAndSelectedBesideRowsOfOthers() async throws {
        _ = try await write([#"{"id":"a","title":"one","summary":"short"}"#])
        try execute(
            """
            CREATE INDEX by_summary ON items (summary);
            INSERT INTO items (key, source, record) VALUES ('mine', 'me', 'no JSON')
            """)
        _ = try await write([#"{"id":"a","title":"one","summary":"shorter"}"#])
        #expect(try fetch("SELECT key FROM items WHERE summary = 'shorter'") == ["a"])
        #expect(try fetch("SELECT * FROM items ORDER BY key") == ["a", "mine"])
    }

    @Test func aTableOfAnEarlierVersionGoesOnAsItWas() async throws {
        let columns = SQLiteColumn.all.map(\.name).joined(separator: ", ")
        try execute(
            """
            CREATE TABLE items (
                key NOT NULL, source TEXT NOT NULL, \(columns), record TEXT NOT NULL, PRIMARY KEY (key, source)
            )
            """)
        _ = try await write([#"{"id":"a","title":"one","summary":"s","content":{"text":"t"}}"#])
        _ = try await write([
            #"{"id":"a","title":"two","summary":"S","content":{"text":"T"}}"#, #"{"id":"b"}"#
        ])
        #expect(
            try fetch("SELECT title || summary || content_text FROM items WHERE key = 'a'") == ["twoST"])
        #expect(
            try fetch("SELECT sql FROM sqlite_master WHERE type = 'table'").allSatisfy {
                !$0.contains("GENERATED")
            })
    }

    @Test func aTableWhoseWholeRecordsAreComputedIsRefused() async throws {
        let columns = SQLiteColumn.all.map(\.name).joined(separator: ", ")
        try execute("CREATE TABLE items (key PRIMARY KEY, source, \(columns), record AS (key || source))")
        await #expect(throws: SQLiteSinkError.lacksColumns(path: path, table: "items", columns: ["record"])) {
            try await write([])
        }
    }

    @Test func aNameOfATableIsANameWhateverStandsInIt() async throws {
        try execute("CREATE TABLE precious (a); INSERT INTO precious VALUES (1)")
        let name = #"z" (x); DROP TABLE precious; /*"#
        _ = try await write([#"{"id":1}"#], table: name)
        #expect(try Set(fetch("SELECT name FROM sqlite_master WHERE type = 'table'")) == ["precious", name])
        await #expect(throws: SQLiteSinkError.nulInName(path: path)) { try await write([], table: "a\0b") }
    }

    @Test func columnsOfTheUserKeepTheirValues() async throws {
        _ = try await write([#"{"id":"a","title":"one"}"#])
        try execute("ALTER TABLE items ADD COLUMN starred INTEGER; UPDATE items SET starred = 1")
        _ = try await write([#"{"id":"a","title":"one, corrected"}"#])
        #expect(try fetch("SELECT title || ' ' || starred FROM items") == ["one, corrected 1"])
    }

    @Test func aTableOfAnotherProgramIsRefusedWhenOpened() async throws {
        try execute("CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT); CREATE VIEW seen AS SELECT 1")
        let error = await #expect(throws: SQLiteSinkError.self) {
            try await sink().open(SinkHistory().opening())
        }
        #expect(
            error?.description.contains(
                "'items' was made by something else: it has no column 'key', 'source'") == true)
        await #expect(throws: SQLiteSinkError.noTable(path: path, name: "seen")) {
            try await write([], table: "seen")
        }
    }

    @Test func aTableWithAnotherKeyOrWithMoreNeedsIsRefused() async throws {
        let columns = SQLiteTable.columnNames.joined(separator: ", ")
        try execute(
            "CREATE TABLE loose (\(columns)); CREATE TABLE strict (\(columns), mine NOT NULL, PRIMARY KEY (key))"
        )
        await #expect(throws: SQLiteSinkError.otherKey(path: path, table: "loose", key: [])) {
            try await write([], table: "loose")
        }
        await #expect(throws: SQLiteSinkError.needsColumns(path: path, table: "strict", columns: ["mine"])) {
            try await write([], table: "strict")
        }
    }

    @Test func recordsThatCannotBeRowsAreRefusedAlone() async throws {
        _ = try await write([])
        try execute("CREATE UNIQUE INDEX once ON items (url); CREATE TABLE log (n)")
        let refusals = try await write([
            #"{"id":1,"url":"u"}"#, #"{"title":"no id"}"#, #"{"id":null}"#, #"{"id":2,"url":"u"}"#,
            #"{"id":3}"#
        ])
        #expect(refusals.map(\.index) == [1, 2, 3])
        #expect(refusals.filter(\.isFinal).count == 3)
        #expect(refusals[0].reason == "the record has no 'id', which is the key of the table")
        #expect(refusals[2].reason.contains("UNIQUE"))
        #expect(try fetch("SELECT key FROM items ORDER BY key") == ["1", "3"])
    }

    @Test func aTriggerThatTakesTheTransactionBackCostsItsRecordAlone() async throws {
        _ = try await write([])
        try execute(
            """
            CREATE TRIGGER no BEFORE INSERT ON items WHEN new.key = 2
            BEGIN SELECT RAISE(ROLLBACK, 'not two'); END
            """)
        let refusals = try await write((1...3).map { #"{"id":\#($0)}"# })
        #expect(refusals == [Refusal(index: 1, reason: "not two")])
        #expect(try fetch("SELECT key FROM items ORDER BY key") == ["1", "3"])
    }

    @Test func aFileThatOthersWriteIsOpenedWithALaterRecord() async throws {
        _ = try await write([#"{"id":1}"#])
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        let history = SinkHistory()
        let waiting = sink(patience: .zero)
        try await waiting.open(history.opening())
        #expect(history.log.all.count == 1)
        let error = await #expect(throws: SQLiteSinkError.self) {
            try await waiting.write(SinkRecords.numbered(2..<3))
        }
        #expect(error?.isBusy == true)
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await waiting.write(SinkRecords.numbered(2..<3)).isEmpty)
        await waiting.close()
        #expect(try fetch("SELECT key FROM items ORDER BY key") == ["1", "2"])
    }

    @Test func whatIsNoDatabaseIsNamed() async throws {
        try folder.write("o.db", String(repeating: "no database ", count: 100))
        let error = await #expect(throws: SQLiteSinkError.self) { try await write([]) }
        #expect(error?.description == "\(path): file is not a database")
    }

    @Test func aFileThatIsRenamedOrRemovedIsMadeAgain() async throws {
        let sink = sink()
        try await sink.open(SinkHistory().opening())
        _ = try await sink.write(SinkRecords.numbered(0..<3))
        _ = try await sink.checkpoint()
        let old = "\(folder.path)/old.db"
        try FileManager.default.moveItem(atPath: path, toPath: old)
        _ = try await sink.checkpoint()
        // All of it, and not in a log beside the name that it had.
        #expect(try fetch("SELECT key FROM items ORDER BY 1", from: old) == ["0", "1", "2"])
        _ = try await sink.write(SinkRecords.numbered(3..<5))
        _ = try await sink.checkpoint()
        #expect(try fetch("SELECT key FROM items ORDER BY 1") == ["3", "4"])
        for name in ["o.db", "o.db-wal", "o.db-shm"] { unlink("\(folder.path)/\(name)") }
        _ = try await sink.write(SinkRecords.numbered(5..<6))
        await sink.close()
        #expect(try fetch("SELECT key FROM items") == ["5"])
    }

    @Test func twoTablesOfOneFileAreWrittenSideBySide() async throws {
        let registry = OutputRegistry()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for table in ["one", "two"] {
                let sink = SQLiteSink(
                    path: path, table: SQLiteTable(name: table, key: FieldPath(first: Key("id"))),
                    registry: registry)
                group.addTask {
                    try await sink.open(SinkHistory().opening())
                    for number in 0..<50 {
                        _ = try await sink.write(SinkRecords.numbered(number..<number + 1))
                        _ = try await sink.checkpoint()
                    }
                    await sink.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try fetch("SELECT count(*) FROM one UNION ALL SELECT count(*) FROM two") == ["50", "50"])
    }
}
