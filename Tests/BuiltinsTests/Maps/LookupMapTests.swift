import Foundation
import GRDB
import Logging
import PipelineSpec
import Records
import Streaming
import Synchronization
import Testing

@testable import Builtins

/// Tables whose rows are added to records.
@Suite struct LookupMapTests {
    private let folder: Folder
    private let log = LogLines()
    private let clock = Clock()

    /// Time since the machine was started, set by the test.
    private final class Clock: Sendable {
        private let time = Mutex(Duration.seconds(1000))

        var now: Duration { time.withLock { $0 } }

        func pass(_ time: Duration) { self.time.withLock { $0 += time } }
    }

    init() throws { folder = try Folder() }

    private func map(
        _ name: String, _ format: LookupRequest.Format, _ missing: LookupMap.Missing = .keep,
        columns: [String] = ["country", "city"], limit: Int = 1 << 20
    ) -> any AsyncTransform {
        let request = LookupRequest(
            path: "\(folder.path)/\(name)", format: format, keyColumn: "id", columns: columns, limit: limit)
        var surroundings = Surroundings.machine
        surroundings.uptime = { [clock] in clock.now }
        let map = LookupMap(
            file: LookupFile(request, surroundings), key: FieldPath(first: Key("author")),
            targets: columns.map { FieldPath(first: Key("of"), [Key($0)]) }, missing: missing)
        let calls = CallBook(
            store: MemoryCalls(), hashKey: SipHashKey(1, 2), executor: BlockingExecutor(label: "test"),
            now: { 0 })
        return map.opened(TransformOpening(calls: calls, logger: log.logger))
    }

    private let comma = LookupRequest.Format.csv(delimiter: UInt8(ascii: ","))

    @Test func aRowOfCSVGivesItsCells() async throws {
        try folder.write(
            "t.csv", "\u{FEFF}id,city,country\r\n7,\"Köln, \"\"am Rhein\"\"\",DE\r\n8,\"a\nb\",\n\n7a,x,y")
        let map = map("t.csv", comma)
        #expect(
            try await map.send(#"{"author":7,"of":{"z":1}}"#)
                == [#"{"author":7,"of":{"z":1,"country":"DE","city":"Köln, \"am Rhein\""}}"#])
        for (key, row) in [("8", #""country":"","city":"a\nb""#), ("7a", #""country":"y","city":"x""#)] {
            let made = try await map.send(#"{"author":"\#(key)"}"#)
            #expect(made == [#"{"author":"\#(key)","of":{\#(row)}}"#])
        }
        for record in [#"{"author":"9"}"#, "{}", #"{"author":null}"#, #"{"author":[7]}"#] {
            #expect(try await map.send(record) == [record])
        }
    }

    @Test func aRowOfJSONLinesGivesItsValues() async throws {
        try folder.write(
            "t.jsonl",
            """
            {"id":1,"country":"old"}
            {"id":1,"country":{"code":"FR"},"city":null}

            {"country":"nobody's"}
            {"id":"é","country":2.50}
            """)
        let map = map("t.jsonl", .jsonl)
        #expect(try await map.send(#"{"author":"1"}"#) == [#"{"author":"1","of":{"country":{"code":"FR"}}}"#])
        #expect(try await map.send(#"{"author":"é"}"#) == [#"{"author":"é","of":{"country":2.5}}"#])
        // Equal to people, but not byte for byte.
        #expect(try await map.send("{\"author\":\"e\u{301}\"}") == ["{\"author\":\"e\u{301}\"}"])
    }

    @Test func aRowOfSQLiteIsFoundByItsIndex() async throws {
        let database = try DatabaseQueue(path: folder.path + "/t.db")
        try await database.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE a (id INTEGER PRIMARY KEY, country TEXT, city);
                    CREATE TABLE b (id TEXT, country TEXT, city);
                    INSERT INTO a VALUES (7, 'DE', 1.5), (8, NULL, x'0102');
                    """)
        }
        let map = map("t.db", .sqlite(table: "a"))
        #expect(try await map.send(#"{"author":7}"#) == [#"{"author":7,"of":{"country":"DE","city":1.5}}"#])
        #expect(try await map.send(#"{"author":"8"}"#) == [#"{"author":"8","of":{"city":"AQI="}}"#])
        #expect(try await map.send(#"{"author":9}"#) == [#"{"author":9}"#])
        // What is written is seen, with nothing read anew.
        try await database.write { try $0.execute(sql: "INSERT INTO a VALUES (9, 'IT', 2)") }
        #expect(try await map.send(#"{"author":9}"#) == [#"{"author":9,"of":{"country":"IT","city":2}}"#])

        for (table, columns, reason) in [
            ("b", ["country"], "CREATE INDEX \"b_id\" ON \"b\" (\"id\")"),
            ("c", ["country"], "it has no table 'c'"),
            ("a", ["contry"], "it has no column 'contry'; it has 'id', 'country', 'city'")
        ] {
            let map = self.map("t.db", .sqlite(table: table), columns: columns)
            let error = await #expect(throws: UnusableTable.self) { try await map.send(#"{"author":9}"#) }
            #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test func anotherVersionIsReadAndABrokenOneIsNot() async throws {
        func write(_ text: String) throws {
            try folder.write("new", text)
            if folder.exists("t.csv") { try folder.remove("t.csv") }
            try folder.rename("new", to: "t.csv")
        }
        func country() async throws -> String { try await map.send(#"{"author":1}"#)[0] }
        let map = map("t.csv", comma, columns: ["country"])
        try write("id,country\n1,A\n")
        #expect(try await country().contains("\"A\""))
        try write("id,country\n1,B\n")
        // It was looked at a moment ago.
        #expect(try await country().contains("\"A\""))
        clock.pass(.seconds(1))
        #expect(try await country().contains("\"B\""))
        for broken in ["id,land\n1,C\n", "id,country\n1\n", "id,country\n1,\"C", ""] {
            try write(broken)
            for _ in 0..<2 {
                clock.pass(.seconds(1))
                #expect(try await country().contains("\"B\""))
            }
        }
        try folder.remove("t.csv")
        clock.pass(.seconds(1))
        #expect(try await country().contains("\"B\""))
        #expect(log.said(.warning).count == 5, "\(log.said(.warning))")
        #expect(log.said(.warning).allSatisfy { $0.hasSuffix("the version before is looked up") })
        try write("id,country\n1,D\n")
        clock.pass(.seconds(1))
        #expect(try await country().contains("\"D\""))
    }

    @Test(arguments: [
        ("t.csv", "id,country,city\n1,2\n", "line 2: 2 cells, where the first line has 3"),
        ("t.csv", "", "it has no line with the names of columns"),
        ("t.csv", "id,city\n", "it has no column 'country'; it has 'id', 'city'"),
        ("t.csv", "id,country,city\n1,\"x\"y,z\n", "line 2: something stands between closing quotes"),
        ("t.jsonl", "{\"id\":1}\n[1]\n", "line 2: no JSON object")
    ]) func aFirstVersionThatIsBrokenEndsTheRun(name: String, text: String, reason: String) async throws {
        try folder.write(name, text)
        let map = map(name, name == "t.csv" ? comma : .jsonl)
        let error = await #expect(throws: UnusableTable.self) { try await map.send(#"{"author":1}"#) }
        #expect(error?.description.contains("/\(name): \(reason)") == true, "\(String(describing: error))")
    }

    @Test func aTableHasABound() async throws {
        try folder.write(
            "t.csv", "id,country,city\n" + (0..<1000).map { "\($0),a,b\n" }.joined())
        let map = map("t.csv", comma, limit: 50_000)
        let error = await #expect(throws: UnusableTable.self) { try await map.send(#"{"author":1}"#) }
        #expect(error?.reason.contains("more than 50000 bytes of memory") == true)
        try folder.write("open.csv", "id,country,city\n\"" + String(repeating: "x", count: 70_000))
        let open = self.map("open.csv", comma, limit: 50_000)
        await #expect(throws: UnusableTable.self) { try await open.send(#"{"author":1}"#) }
    }

    @Test func whatHasNoRowIsKeptDroppedOrRefused() async throws {
        try folder.write("t.csv", "id,country,city\n")
        let record = #"{"author":"x"}"#
        #expect(try await map("t.csv", comma, .keep).send(record) == [record])
        #expect(try await map("t.csv", comma, .drop).send(record) == [])
        await #expect(throws: NoRow.self) { try await map("t.csv", comma, .refuse).send(record) }
        await #expect(throws: NoRow.self) { try await map("t.csv", comma, .refuse).send("{}") }
    }

    @Test(arguments: [
        ("lookup: { path: a.csv, key: titel, set: { x: y } }", "unknown field 'titel'"),
        ("lookup: { path: a.db, key: title, set: { x: y } }", "needs the option `table` for a SQLite file"),
        ("lookup: { path: a.csv, key: title, set: { x: y }, table: t }", "only a SQLite file has tables"),
        ("lookup: { path: a.jsonl, key: title, set: { x: y }, delimiter: tab }", "only CSV has cells"),
        ("lookup: { path: a.csv, key: title, set: {} }", "must not be empty")
    ]) func whatIsWrongIsFoundInTheSpec(entry: String, expected: String) {
        let findings = HTTPSinkHarness.findings(entry, stage: "map")
        #expect(findings.count == 1 && findings[0].contains(expected), "\(findings)")
    }

    @Test func whatItSetsIsKnownToFilters() {
        let entry = "lookup: { path: a.csv, key: feed.title, set: { owner: name } }\n  - filter: owner != ''"
        #expect(HTTPSinkHarness.findings(entry, stage: "map") == [])
    }
}
