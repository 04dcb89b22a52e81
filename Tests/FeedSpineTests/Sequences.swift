enum LineError: Error, Equatable { case cutShort }

func numbered(_ range: ClosedRange<Int>) -> AsyncStream<Int> {
    AsyncStream { continuation in
        for number in range { continuation.yield(number) }
        continuation.finish()
    }
}

func lines(_ lines: [String]) -> AsyncThrowingStream<String, any Error> {
    AsyncThrowingStream { continuation in
        for line in lines { continuation.yield(line) }
        continuation.finish()
    }
}

func failing(after lines: [String]) -> AsyncThrowingStream<String, any Error> {
    AsyncThrowingStream { continuation in
        for line in lines { continuation.yield(line) }
        continuation.finish(throwing: LineError.cutShort)
    }
}

func all<S: AsyncSequence>(of sequence: S) async -> [S.Element] where S.Failure == Never {
    var all: [S.Element] = []
    for await element in sequence { all.append(element) }
    return all
}
