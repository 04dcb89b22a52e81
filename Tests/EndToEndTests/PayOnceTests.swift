import Foundation
import Subprocess
import TestSupport
import Testing

/// The program, killed again and again while it asks a server that wants to be paid.
@Suite(.timeLimit(.minutes(30))) struct PayOnceTests {
    /// How often the program is killed; more in the long proof.
    private static let kills = ProcessInfo.processInfo.environment["FEEDSPINE_SOAK"] == nil ? 10 : 100
    private static let concurrency = 4
    /// How many new keys there are for each life of the program.
    private static let portion = 80

    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func write(_ server: ScriptedServer, _ options: String) throws {
        try workspace.write(
            "paid.yaml",
            """
            name: paid
            settings: { checkpoint: 50ms, buffer: 50 }
            sources: [{ jsonl: items.jsonl }]
            stages:
              - map:
                  http: { url: "\(server.url("/{key}"))", concurrency: \(PayOnceTests.concurrency), \(options) }
              - rate_limit: 1500/s
              - tap: { jsonl: out.jsonl }
            """)
    }

    private struct Storm {
        /// How many requests there had been at each kill.
        var kills: [Int] = []
        /// The key of each record.
        var keys: [Int] = []
    }

    /// Gives each life of the program a portion of records and kills it on the way.
    private func killAgainAndAgain(_ server: ScriptedServer) async throws -> Storm {
        var random = SeededGenerator(seed: 20_261_128)
        var storm = Storm()
        try await Program.killAgainAndAgain(
            "paid.yaml", in: workspace.path, kills: PayOnceTests.kills, at: 1...8, seed: 20_261_128
        ) { life in
            // Each key comes at least once, and some of them again, near and far.
            let fresh = life * PayOnceTests.portion..<(life + 1) * PayOnceTests.portion
            let again = (0..<fresh.count / 3).map { _ in Int.random(in: 0..<fresh.upperBound, using: &random)
            }
            let keys = (fresh + again).shuffled(using: &random)
            let lines = keys.enumerated().map { #"{"n":\#(storm.keys.count + $0),"key":"k\#($1)"}"# + "\n" }
            try workspace.append(lines.joined(), to: "items.jsonl")
            storm.keys += keys
        } killed: {
            storm.kills.append(server.requests.count)
        }
        return storm
    }

    @Test("nothing is paid for twice but what is under way at a kill, and every record has its answer")
    func once() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { .reply(200, [], #"{"for":"\#($0.path)"}"#) }
            try write(server, "cache: 30d, budget: 1000000/d, value: answer.for")
            let storm = try await killAgainAndAgain(server)

            var last: [String: Int] = [:]
            for (number, path) in server.requests.map(\.path).enumerated() {
                defer { last[path] = number }
                guard let before = last[path] else { continue }
                let wasUnderWay = storm.kills.contains {
                    $0 > before && before >= $0 - PayOnceTests.concurrency
                }
                #expect(wasUnderWay, "\(path) was asked as request \(before) and again as \(number)")
            }
            #expect(last.count == Set(storm.keys).count)
            #expect(server.requests.count <= last.count + storm.kills.count * PayOnceTests.concurrency)
            let lines = try workspace.lines("out.jsonl")
            #expect(lines.count == storm.keys.count)
            struct Line: Decodable {
                let n: Int
                let key: String
                let answer: String
            }
            for (number, line) in lines.enumerated() {
                let item = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                #expect(
                    item.n == number && item.key == "k\(storm.keys[number])" && item.answer == "/\(item.key)")
            }
        }
    }

    @Test("a budget is never exceeded, however often the program is killed")
    func budget() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200, [], "1") }
            let limit = PayOnceTests.kills * PayOnceTests.portion / 2
            try write(server, "budget: { calls: \(limit)/d, when_spent: pass }")
            let storm = try await killAgainAndAgain(server)
            #expect(server.requests.count <= limit)
            // What was booked and not sent when the program died is lost.
            #expect(server.requests.count >= limit - storm.kills.count * PayOnceTests.concurrency)
            #expect(try workspace.lines("out.jsonl").count == storm.keys.count)
        }
    }

    @Test("costs that answers tell never add up to more than the budget, however often the program is killed")
    func costs() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { .reply(200, [], #"{"cost":\#($0.path.utf8.count)}"#) }
            let limit = PayOnceTests.kills * PayOnceTests.portion
            try write(
                server,
                "budget: { limit: \(limit), cost: answer.cost, most: 8, when_spent: pass }, value: answer.cost"
            )
            let storm = try await killAgainAndAgain(server)
            let spent = server.requests.reduce(0) { $0 + $1.path.utf8.count }
            #expect(spent <= limit)
            #expect(spent >= limit - 8 * (storm.kills.count + 1) * PayOnceTests.concurrency)
        }
    }

    @Test("a run that waits for its budget can be stopped, and says once why it waits")
    func waiting() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200, [], "1") }
            try workspace.write("items.jsonl", (0..<100).map { #"{"key":"k\#($0)"}"# + "\n" }.joined())
            try write(server, "budget: 7/d")
            for _ in 0..<2 {
                let outcome = try await Program.run(["paid.yaml", "--progress", "none"], in: workspace.path) {
                    $0.contains("is spent") ? .terminate : nil
                }
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(
                    outcome.error.components(separatedBy: "the budget of 7/d requests is spent").count == 2)
            }
            #expect(server.requests.count == 7)
            #expect(try workspace.lines("out.jsonl").count >= 7)
        }
    }
}
