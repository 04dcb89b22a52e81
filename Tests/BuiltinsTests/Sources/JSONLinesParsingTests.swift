import Testing

@testable import Builtins

/// Files of many blocks, which are parsed on several threads at the same time.
@Suite(.timeLimit(.minutes(10))) struct JSONLinesParsingTests {
    private let folder: TemporaryFolder
    private let count = 40_000

    init() throws {
        folder = try TemporaryFolder()
        let filling = String(repeating: "x", count: 100)
        var text = (0..<count).map { number in
            number % 1000 == 999
                ? "{\"n\":\(number), nonsense}\n" : "{\"n\":\(number),\"text\":\"\(filling)\"}\n"
        }.joined()
        // A block of one long line between the others, and a line that has not ended.
        text += "{\"n\":\(count),\"text\":\"\(String(repeating: filling, count: 20_000))\"}\n"
        text += "{\"n\":\(count + 1)}\n{\"n\":"
        try folder.write(text, to: "a.jsonl")
    }

    private var expected: [Int] { (0..<count).filter { $0 % 1000 < 999 } + [count, count + 1] }

    private func numbers(_ outcome: JSONLinesHarness.Outcome) -> [Int] {
        outcome.lines.compactMap { Int($0.dropFirst(5).prefix { $0.isNumber }) }
    }

    @Test(arguments: [1, 2, 3, 8])
    func allLinesComeInTheirOrder(cores: Int) async throws {
        let outcome = try await JSONLinesHarness().run("a.jsonl", in: folder.path, cores: cores)
        #expect(numbers(outcome) == expected)
        #expect(outcome.rejected == count / 1000)
        #expect(outcome.log.first?.contains("a.jsonl:1000:") == true, "lines are numbered as in the file")
        #expect(outcome.log.last?.contains("a.jsonl:\(count + 3): the last line has not ended") == true)
    }

    @Test(arguments: [1, 100, 12_345, 39_960])
    func aRunThatWasBrokenOffIsGoneOnWith(limit: Int) async throws {
        let harness = JSONLinesHarness()
        let first = try await harness.run("a.jsonl", in: folder.path, limit: limit, cores: 4)
        let second = try await harness.run("a.jsonl", in: folder.path, cores: 4)
        #expect(numbers(first).count == limit)
        #expect(numbers(first) + numbers(second) == expected)
    }
}
