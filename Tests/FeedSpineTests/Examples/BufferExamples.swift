import FeedSpine
import Testing

/// What the documentation of buffers shows, word for word; ``DocumentationTests`` compares.
@Suite("Examples of buffers", .timeLimit(.minutes(10)))
struct BufferExamples {
    let output = Output()

    func print(_ value: some Any) { output.print(value) }

    @Test("a buffer between two tasks")
    func overview() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 2)
        async let writing: Void = {
            for number in 1...5 { try await buffer.put(number) }
            buffer.finish()
        }()
        var sum = 0
        for await number in buffer { sum += number }
        try await writing
        #expect(sum == 15)
    }

    @Test("a bound by number")
    func capacity() async throws {
        let buffer = AsyncBuffer<String, any Error>(capacity: 1000)
        try await buffer.put("a")
        try await buffer.put("b")
        print(buffer.count)  // 2
        #expect(output.lines == ["2"])
    }

    @Test("a bound by weight")
    func weight() async throws {
        let buffer = AsyncBuffer<[UInt8], Never>(capacity: 1000, weight: 1 << 20) { $0.count }
        try await buffer.put([1, 2, 3])
        #expect(buffer.count == 1)
    }

    @Test("several writers")
    func writers() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 10)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 1...3 { group.addTask { try await buffer.put(writer) } }
            try await group.waitForAll()
        }
        buffer.finish()
        #expect(await Set(all(of: buffer)) == [1, 2, 3])
    }

    @Test("the end")
    func finish() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 10)
        try await buffer.put(1)
        buffer.finish()
        for await number in buffer { print(number) }  // 1
        #expect(output.lines == ["1"])
    }

    @Test("an end with an error")
    func failure() async throws {
        let lines = AsyncBuffer<String, LineError>(capacity: 10)
        try await lines.put("first")
        lines.finish(throwing: LineError.cutShort)
        do {
            for try await line in lines { print(line) }  // first
        } catch {
            print(error)  // cutShort
        }
        #expect(output.lines == ["first", "cutShort"])
    }

    @Test("too late")
    func closed() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 10)
        buffer.finish()
        do {
            try await buffer.put(1)
        } catch AsyncBufferError.finished {
            print("too late")
        }
        #expect(output.lines == ["too late"])
    }

    @Test("an iterator by hand")
    func iterator() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 10)
        for number in 1...4 { try await buffer.put(number) }
        buffer.finish()
        var iterator = buffer.makeAsyncIterator()
        let first = await iterator.next()
        let number = await iterator.next(isolation: #isolation)
        #expect([first, number] == [1, 2])
        while let number = await iterator.next() { print(number) }
        #expect(output.lines == ["3", "4"])
    }

    @Test("reading from beginning to end")
    func reading() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 10)
        try await buffer.put(1)
        buffer.finish()
        var iterator = buffer.makeAsyncIterator()
        while let number = await iterator.next() { print(number) }
        #expect(output.lines == ["1"])
    }
}
