import Records
import TestSupport
import Testing

/// Everything that a reader gave, in order.
private struct Reading: Equatable {
    var texts: [String] = []
    var indexes: [UInt64] = []
    var rejected: [RejectedLine] = []
    var position = JSONLinesPosition.start

    mutating func add(_ block: consuming JSONLinesBlock, limit: Int) {
        let offset = block.offset
        #expect(offset == position.offset)
        let parsed = JSONLines(recordLimit: limit).parse(block, origin: testOrigin)
        let records = parsed.records(at: position)
        texts += records.map(written)
        indexes += records.map(\.index)
        rejected += parsed.rejectedLines(at: position)
        position.advance(over: parsed)
    }
}

@Suite("Cutting a stream into blocks of lines")
struct JSONLinesReaderTests {
    /// Feeds the bytes in pieces of the sizes that `size` gives.
    private func read(
        _ bytes: [UInt8], blockSize: Int, limit: Int = 1 << 20, from start: JSONLinesPosition = .start,
        size: () -> Int
    ) -> Reading {
        var reader = JSONLinesReader(offset: start.offset, blockSize: blockSize, recordLimit: limit)
        var reading = Reading(position: start)
        var given = start.offset
        while given < bytes.count {
            let count = min(max(1, size()), bytes.count - given)
            bytes[given..<(given + count)].withUnsafeBufferPointer { reader.push($0) }
            given += count
            while let block = reader.next() { reading.add(block, limit: limit) }
        }
        reader.finish()
        while let block = reader.next() { reading.add(block, limit: limit) }
        return reading
    }

    /// Lines of all sorts, with what a reader must make of them.
    private func lines(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: break
            case 1: bytes += random.mutate(Array(JSON.object(random.object(depth: 2)).text.utf8))
            case 2: bytes += Array(String(repeating: "{\"long\":1}", count: 30).utf8)
            default: bytes += Array(JSON.object(random.object(depth: 2)).text.utf8)
            }
            bytes += Bool.random(using: &random) ? [0x0A] : [0x0D, 0x0A]
        }
        if Bool.random(using: &random) { bytes += Array("{\"last\":true}".utf8) }
        return bytes
    }

    @Test("how the bytes arrive changes nothing", arguments: 0..<60)
    func randomSplits(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 6000)
        let bytes = lines(&random)
        for limit in [1 << 20, 200, 40] {
            let whole = read(bytes, blockSize: 1 << 16, limit: limit) { bytes.count }
            #expect(whole.position.offset == bytes.count)
            for largest in [1, 7, 64, 1000] {
                let split = read(bytes, blockSize: 64, limit: limit) {
                    Int.random(in: 1...largest, using: &random)
                }
                #expect(split == whole)
            }
        }
    }

    @Test("reading goes on from any position that was stored", arguments: 0..<20)
    func resume(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 7000)
        let bytes = lines(&random)
        let whole = read(bytes, blockSize: 64) { 50 }
        var reader = JSONLinesReader(blockSize: 64, recordLimit: 1 << 20)
        var before = Reading()
        bytes.withUnsafeBufferPointer { reader.push($0) }
        if let block = reader.next() { before.add(block, limit: 1 << 20) }
        let after = read(bytes, blockSize: 64, from: before.position) { 33 }
        #expect(before.texts + after.texts == whole.texts)
        #expect(before.indexes + after.indexes == whole.indexes)
        #expect(before.rejected + after.rejected == whole.rejected)
        #expect(after.position == whole.position)
    }

    @Test("a last line without its end is a block of its own, and its end does not count as read")
    func unended() throws {
        for (last, isObject) in [
            ("{\"a\":3}", true), ("{\"a\":", false), (String(repeating: "x", count: 2000), false)
        ] {
            var reader = JSONLinesReader(recordLimit: 1000)
            Array("{\"a\":1}\n\n\(last)".utf8).withUnsafeBufferPointer { reader.push($0) }
            var blocks: [(isUnended: Bool, lines: Int, records: Int)] = []
            func take(_ reader: inout JSONLinesReader) {
                while let block = reader.next() {
                    let isUnended = block.isUnended
                    let parsed = JSONLines(recordLimit: 1000).parse(block, origin: testOrigin)
                    blocks.append((isUnended, parsed.lineCount, parsed.roots.count))
                }
            }
            take(&reader)
            reader.finish()
            take(&reader)
            #expect(blocks.map(\.isUnended) == [false, true])
            #expect(blocks.map(\.lines) == [2, 0])
            #expect(blocks.map(\.records) == [1, isObject ? 1 : 0])
        }
    }

    @Test("an overlong line is skipped in constant memory, with its number and where it began")
    func overlong() {
        let limit = 1000
        var reader = JSONLinesReader(blockSize: 256, recordLimit: limit)
        var reading = Reading()
        func give(_ text: String) {
            Array(text.utf8).withUnsafeBufferPointer { reader.push($0) }
            while let block = reader.next() { reading.add(block, limit: limit) }
        }
        give("{\"a\":1}\n\n{\"huge\":\"")
        let piece = String(repeating: "x", count: 10_000)
        for _ in 0..<5_000 { give(piece) }
        #expect(reader.heldByteCount <= 20_000)
        give("\"}\n{\"a\":2}\n")
        reader.finish()
        while let block = reader.next() { reading.add(block, limit: limit) }
        #expect(reading.texts == ["{\"a\":1}", "{\"a\":2}"])
        #expect(reading.indexes == [0, 1])
        #expect(reading.rejected.map(\.line) == [3])
        #expect(reading.rejected.map(\.error) == [.tooLarge(limit: limit)])
        #expect(reading.rejected[0].excerpt.hasPrefix("{\"huge\":\"xxx"))
        #expect(reading.position.offset == 8 + 1 + 9 + 50_000_000 + 3 + 8)
    }

    @Test("bytes may be read straight into the buffer, errors of the reader pass through")
    func fill() throws {
        struct Broken: Error {}
        let bytes = Array("{\"a\":1}\n{\"a\":2}\n{\"a\"".utf8)
        var reader = JSONLinesReader(blockSize: 64)
        let count = reader.fill { space in
            space.copyBytes(from: bytes)
            return bytes.count
        }
        #expect(count == bytes.count)
        var reading = Reading()
        if let block = reader.next() { reading.add(block, limit: 1000) }
        #expect(reading.texts == ["{\"a\":1}", "{\"a\":2}"])
        #expect(throws: Broken.self) { try reader.fill { _ throws(Broken) in throw Broken() } }
        let noMore = reader.next() == nil
        #expect(noMore)
    }

    @Test("blocks parsed out of order give the same records, put in order")
    func parallel() async {
        let text = (0..<2000).map { "{\"n\":\($0)}\($0 % 100 == 7 ? "x" : "")\n" }.joined()
        var reader = JSONLinesReader(blockSize: 512)
        let bytes = Array(text.utf8)
        let parsed = await withTaskGroup(of: (Int, ParsedBlock).self) { group in
            var number = 0
            var given = 0
            while given < bytes.count {
                let count = min(300, bytes.count - given)
                bytes[given..<(given + count)].withUnsafeBufferPointer { reader.push($0) }
                given += count
                while let block = reader.next() {
                    let order = number
                    let slot = Slot(block)
                    group.addTask { (order, JSONLines().parse(slot.take(), origin: testOrigin)) }
                    number += 1
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var position = JSONLinesPosition.start
        var numbers: [Int64] = []
        var rejected: [Int] = []
        for (_, block) in parsed.sorted(by: { $0.0 < $1.0 }) {
            numbers += block.records(at: position).compactMap { $0["n"]?.int }
            rejected += block.rejectedLines(at: position).map(\.line)
            position.advance(over: block)
        }
        #expect(numbers == (0..<2000).filter { $0 % 100 != 7 }.map(Int64.init))
        #expect(rejected == (0..<2000).filter { $0 % 100 == 7 }.map { $0 + 1 })
        #expect(position == JSONLinesPosition(offset: bytes.count, line: 2000, index: 1980))
    }
}
