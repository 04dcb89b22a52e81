import Buffering
import Records
import Testing

@testable import Streaming

@Suite("The queue of a link")
struct ElementQueueTests {
    private func queue(limit: Int) -> ElementQueue {
        ElementQueue(joiningUpTo: Load(records: limit, bytes: .max / 4))
    }

    private func append(_ range: Range<Int>, to queue: inout ElementQueue) throws {
        let element = StreamElement.records(try Items.numbered(range))
        queue.append(element, element.load)
    }

    private func words(_ element: StreamElement?) -> String {
        switch element {
        case .records(let run): "\(Items.numbers(run))"
        case .control(.tick): "tick"
        case .control(.batchEnd): "batch end"
        case .control(.failures(let failures)): "\(failures.count) failures"
        case .control: "control"
        case nil: "nothing"
        }
    }

    private func contents(_ queue: inout ElementQueue) -> [String] {
        var all: [String] = []
        while let (element, _) = queue.popFirst() { all.append(words(element)) }
        return all
    }

    @Test("small runs are joined up to the limit")
    func joining() throws {
        var queue = queue(limit: 3)
        for number in 0..<5 { try append(number..<number + 1, to: &queue) }
        #expect(queue.load.records == 5)
        #expect(contents(&queue) == ["[0, 1, 2]", "[3, 4]"])
        #expect(queue.load == .none)
    }

    @Test("controls take no room and keep their place; one tick at a time is queued")
    func controls() throws {
        var queue = queue(limit: 100)
        try append(0..<1, to: &queue)
        for control in [Control.batchEnd, .tick, .tick] { queue.append(.control(control), .none) }
        try append(1..<2, to: &queue)
        queue.append(.control(.batchEnd), .none)
        #expect(queue.load.records == 2)
        #expect(contents(&queue) == ["[0]", "batch end", "tick", "[1]", "batch end"])
        queue.append(.control(.tick), .none)
        #expect(contents(&queue) == ["tick"])
    }

    @Test("failed records take the room of records")
    func failures() throws {
        let failure = RecordFailure(record: try Items.numbered(0..<1)[0], stage: "s", message: "m", time: 0)
        let element = StreamElement.control(.failures([failure]))
        var queue = queue(limit: 100)
        queue.append(element, element.load)
        #expect(queue.load.records == 1)
        #expect(queue.load.bytes > 0)
        #expect(contents(&queue) == ["1 failures"])
    }

    @Test("emptied, it takes ticks again")
    func removal() throws {
        var queue = queue(limit: 3)
        queue.append(.control(.tick), .none)
        try append(0..<2, to: &queue)
        queue.removeAll()
        #expect(queue.isEmpty)
        #expect(queue.load == .none)
        queue.append(.control(.tick), .none)
        #expect(contents(&queue) == ["tick"])
    }
}
