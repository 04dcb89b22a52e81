import FeedSpine
import Testing

/// What the documentation of batches and merges shows, word for word; ``DocumentationTests`` compares.
@Suite("Examples of streams", .timeLimit(.minutes(10)))
struct StreamExamples {
    let output = Output()
    let numbers = numbered(1...5)
    let evens = numbered(2...2)
    let odds = numbered(1...1)
    let news = lines(["a"])
    let broken = failing(after: [])

    func print(_ value: some Any) { output.print(value) }

    @Test("the parts together")
    func together() async throws {
        let lines = AsyncBuffer<String, Never>(capacity: 100)
        async let reading: Void = {
            for number in 1...250 { try await lines.put("line \(number)") }
            lines.finish()
        }()
        let numbers = lines.filter { $0.hasSuffix("0") }.map(\.count)
        for await batch in numbers.batch(size: 10, every: .seconds(5)) { print(batch) }
        try await reading
        #expect(output.lines.count == 3)
    }

    @Test("batches by size")
    func size() async {
        for await batch in numbers.batch(size: 2) { print(batch) }  // [1, 2], [3, 4], [5]
        let batches: AsyncBatchSequence = numbers.batch(size: 2)
        _ = batches
        #expect(output.lines == ["[1, 2]", "[3, 4]", "[5]"])
    }

    @Test("an iterator over batches")
    func batchIterator() async {
        var iterator = numbers.batch(size: 2).makeAsyncIterator()
        let first = await iterator.next(isolation: #isolation)
        #expect(first == [1, 2])
        while let batch = await iterator.next() { print(batch) }
        #expect(output.lines == ["[3, 4]", "[5]"])
    }

    @Test("one batch by hand")
    func oneBatch() async {
        var iterator = numbers.batch(size: 2).makeAsyncIterator()
        do {
            let batch = await iterator.next()
            #expect(batch == [1, 2])
        }
        let batch = await iterator.next(isolation: #isolation)
        #expect(batch == [3, 4])
    }

    @Test("batches by size and time")
    func time() async {
        for await batch in numbers.batch(size: 100, every: .seconds(5)) { print(batch) }  // [1, 2, 3, 4, 5]
        #expect(output.lines == ["[1, 2, 3, 4, 5]"])
    }

    @Test("batches by another clock")
    func clock() async {
        let batches = numbers.batch(size: 100, every: .seconds(5), clock: SuspendingClock())
        for await batch in batches { print(batch) }
        #expect(output.lines == ["[1, 2, 3, 4, 5]"])
    }

    @Test("an iterator over batches by time")
    func timeIterator() async {
        let batches: AsyncTimedBatchSequence = numbers.batch(size: 100, every: .seconds(5))
        _ = batches
        var iterator = numbers.batch(size: 2, every: .seconds(5)).makeAsyncIterator()
        while let batch = await iterator.next() { print(batch) }
        #expect(output.lines == ["[1, 2]", "[3, 4]", "[5]"])
    }

    @Test("merging")
    func merging() async {
        for await number in merge([evens, odds]) { print(number) }
        #expect(Set(output.lines) == ["1", "2"])
        let numbers: AsyncMergeSequence = merge([evens, odds])
        _ = numbers
    }

    @Test("merging two types")
    func mergingTypes() async {
        for await number in merge(evens, odds.map { $0 * 10 }) { print(number) }
        #expect(Set(output.lines) == ["2", "10"])
    }

    @Test("an iterator over a merge")
    func mergeIterator() async {
        var iterator = merge([evens, odds]).makeAsyncIterator()
        let number = await iterator.next()
        #expect(number != nil)
        while let number = await iterator.next() { print(number) }
        #expect(output.lines.count == 1)
        do {
            let number = await iterator.next(isolation: #isolation)
            #expect(number == nil)
        }
    }

    @Test("merging what may fail")
    func mergingFailures() async {
        do {
            for try await line in merge([news, broken]) { print(line) }
        } catch {
            print(error)  // input 1: cutShort
        }
        #expect(output.lines == ["a", "input 1: cutShort"])
    }

    @Test("each failure of a merge")
    func eachFailure() async {
        do {
            for try await line in merge([news, broken]) { print(line) }
        } catch {
            for failure in error.failures { print("input \(failure.input): \(failure.cause)") }
        }
        #expect(output.lines == ["a", "input 1: cutShort"])
    }

    @Test("merging until the first fails")
    func atOnce() async {
        await #expect(throws: MergeError.self) {
            for try await line in merge([news, broken], failure: .atOnce) { print(line) }
        }
    }

    @Test("merging two types until the first fails")
    func typesAtOnce() async {
        await #expect(throws: MergeError.self) {
            let shouted = broken.map { $0.uppercased() }
            for try await line in merge(news, shouted, failure: .atOnce) { print(line) }
        }
    }

    @Test("errors by hand")
    func errors() {
        let failure = MergeError.Failure(input: 1, cause: LineError.cutShort)
        print(failure)  // input 1: cutShort
        let error = MergeError([.init(input: 1, cause: LineError.cutShort)])
        print(error)
        #expect(output.lines == ["input 1: cutShort", "input 1: cutShort"])
    }
}
