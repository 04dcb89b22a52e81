/// Parsing of blocks of JSON Lines: one object a line, blank lines and CRLF allowed, the last line end optional.
///
/// A line that is no JSON object is rejected and the rest is still read.
package struct JSONLines: Sendable {
    package static let defaultRecordLimit = 16 << 20
    /// The largest record limit; it keeps blocks within what a tape word can hold.
    package static let maximumRecordLimit = 64 << 20

    /// The longest line in bytes, without its line feed; at most ``maximumRecordLimit``.
    package let recordLimit: Int
    package let maximumDepth: Int

    package init(
        recordLimit: Int = JSONLines.defaultRecordLimit, maximumDepth: Int = JSONParser.defaultMaximumDepth
    ) {
        self.recordLimit = min(recordLimit, JSONLines.maximumRecordLimit)
        self.maximumDepth = maximumDepth
    }

    /// Parses a block; depends on nothing else, so that blocks may be parsed at the same time.
    package func parse(_ block: consuming JSONLinesBlock, origin: Origin) -> ParsedBlock {
        let isStart = block.offset == 0
        let byteCount = block.byteCount
        let overlong = block.overlong
        let isUnended = block.isUnended
        let text = block.takeBytes().release()
        precondition(text.count <= TapeWord.maximumLength, "a block is larger than tape words can say")
        var run = JSONLinesRun(
            text: UnsafeBufferPointer(start: text.memory, count: text.count), lines: self, skipsMark: isStart)
        run.parseLines()
        if let overlong {
            run.rejectOverlong(overlong)
        }
        let (roots, rejected, lineCount, tape) = run.finish()
        let chunk = Chunk(
            origin: origin, adoptingBytes: text.memory, byteCount: text.count, adoptingTape: tape.words,
            tapeCount: tape.count)
        return ParsedBlock(
            chunk: chunk, roots: roots, rejected: rejected, lineCount: lineCount - (isUnended ? 1 : 0),
            byteCount: byteCount, isUnended: isUnended)
    }
}

/// What parsing a block gave.
package struct ParsedBlock: Sendable {
    package let chunk: Chunk
    /// The tape indexes of the objects, one for each accepted line.
    package let roots: [UInt32]
    /// The other lines, numbered from the block's first.
    package let rejected: [RejectedLine]
    /// Lines that end in the block, blank and rejected ones included.
    package let lineCount: Int
    /// Bytes of the source that the block covers.
    package let byteCount: Int
    /// Whether its last line, the only one, ends with the input and not with a line end.
    package let isUnended: Bool

    /// Appends the records, numbered on from the position before the block.
    package func appendRecords(to records: inout [Record], at position: JSONLinesPosition) {
        var index = position.index
        records.reserveCapacity(records.count + roots.count)
        for root in roots {
            records.append(Record(chunk: chunk, root: root, index: index))
            index &+= 1
        }
    }

    /// The records, numbered on from the position before the block.
    package func records(at position: JSONLinesPosition) -> [Record] {
        var records: [Record] = []
        appendRecords(to: &records, at: position)
        return records
    }

    /// The rejected lines with their numbers in the file.
    package func rejectedLines(at position: JSONLinesPosition) -> [RejectedLine] {
        rejected.map { line in
            var line = line
            line.line &+= position.line
            return line
        }
    }
}

/// A place between two lines of a file: what a checkpoint stores.
package struct JSONLinesPosition: Hashable, Sendable {
    /// Bytes before the place.
    package var offset: Int
    /// Lines before the place.
    package var line: Int
    /// Accepted records before the place.
    package var index: UInt64

    package static let start = JSONLinesPosition(offset: 0, line: 0, index: 0)

    package init(offset: Int, line: Int, index: UInt64) {
        self.offset = offset
        self.line = line
        self.index = index
    }

    /// Moves over a block.
    package mutating func advance(over block: ParsedBlock) {
        // A position from a state file may be any number; it does not trap, and leads nowhere.
        offset &+= block.byteCount
        line &+= block.lineCount
        index &+= UInt64(block.roots.count)
    }
}
