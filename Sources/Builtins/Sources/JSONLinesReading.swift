import Logging
import Records
import Streaming

/// Reads the files of a source, each into a part of its own.
struct JSONLinesReading {
    let lines: JSONLines
    let said: SaidOnce
    let outlet: SourceOutlet

    /// Reads what has been appended to a file.
    ///
    /// - Parameter number: what it is known by; nil is a new one.
    /// - Returns: false when another file has taken its place since it was found.
    func read(_ found: FoundFile, as number: Int?, _ ledger: inout JSONLinesLedger) async throws -> Bool {
        if let number, let known = ledger.file(number), known.position.offset == found.size { return true }
        let input: ReadableFile
        do {
            input = try ReadableFile(found.path, as: .file)
        } catch {
            if Glob.exists(found.path) { throw error }
            return false
        }
        guard let status = input.status, status.identity.isSameFile(as: found.identity) else { return false }
        let file = try number.flatMap(ledger.file) ?? newFile(input, found)
        guard status.size > file.position.offset else { return status.size == file.position.offset }
        let number = number ?? ledger.number()
        let key = JSONLinesLedger.partKey(number)
        let position = ledger.position(of: number) ?? SourcePosition(anchor: file.anchor)
        do {
            try await outlet.withPart(key, at: position) { part in
                try input.seek(to: file.position.offset)
                try await read(input, file, upTo: status.size, into: part)
            }
        } catch {
            try ledger.advanced(number, to: outlet.knownParts[key])
            throw error
        }
        try ledger.advanced(number, to: outlet.knownParts[key])
        return true
    }

    private func newFile(_ input: ReadableFile, _ found: FoundFile) throws -> KnownFile {
        let start = try input.bytes(at: 0, count: ContentPrint.span)
        if let format = CompressedFormat(start: start) {
            throw CompressedInput(place: "\(found.path)", format: format)
        }
        return KnownFile(
            path: found.home, identity: found.identity, position: .start, print: ContentPrint(ofStart: start))
    }

    /// - Parameter end: the length when the file was opened; one that others write on has no other end.
    private func read(_ input: ReadableFile, _ file: KnownFile, upTo end: Int, into part: SourceOutlet)
        async throws
    {
        var file = file
        var left = end - file.position.offset
        var reader = JSONLinesReader(offset: file.position.offset, recordLimit: lines.recordLimit)
        var isEnded = false
        var parsing = JSONLinesParsing(lines: lines, outlet: part)
        try await withThrowingTaskGroup(of: JSONLinesParsing.Piece.self) { group in
            while !isEnded {
                try Task.checkCancellation()
                let count =
                    left == 0
                    ? 0
                    : try reader.fill {
                        try input.read(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(left)))
                    }
                left -= count
                isEnded = count == 0
                if isEnded { reader.finish() }
                while let block = reader.next() {
                    while parsing.isFull, let parsed = try await parsing.next(&group) {
                        try await send(parsed, of: input, &file, into: part)
                    }
                    parsing.add(block, from: part.origin(), &group)
                }
            }
            while let parsed = try await parsing.next(&group) {
                try await send(parsed, of: input, &file, into: part)
            }
        }
    }

    private func send(
        _ block: ParsedBlock, of input: ReadableFile, _ file: inout KnownFile, into part: SourceOutlet
    ) async throws {
        if block.isUnended, block.roots.isEmpty {
            // It may not have been written to its end.
            if !block.rejected.isEmpty { tellOfRest(input.path, line: file.position.line + 1) }
            return
        }
        let records = take(block, at: &file.position, in: "\(input.path)")
        let print = try ContentPrint(upTo: file.position.offset) { try input.bytes(at: $0, count: $1) }
        // Of a file that has become shorter the old one stays, which it will not hold.
        file.print = print ?? file.print
        try await part.send(records, then: file.anchor)
    }

    private func tellOfRest(_ path: BytePath, line: Int) {
        let message = "\(path):\(line): the last line has not ended; it is read when it has"
        said.report([(.notice, message)], to: outlet.logger)
    }

    /// Reads what a pipe or a device gives, up to its end. It is another input each time.
    func read(stream path: BytePath) async throws {
        let input = try ReadableFile(path, as: .stream)
        let name = path.bytes == Array("-".utf8) ? "standard input" : "\(path)"
        try await outlet.withPart("stream", at: SourcePosition()) { part in
            var position = JSONLinesPosition.start
            var reader = JSONLinesReader(recordLimit: lines.recordLimit)
            var isEnded = false
            while !isEnded {
                try Task.checkCancellation()
                isEnded = try fill(&reader, from: input, name, isStart: position.offset == 0) == 0
                if isEnded { reader.finish() }
                while let block = reader.next() {
                    let parsed = lines.parse(block, origin: part.origin())
                    try await part.send(take(parsed, at: &position, in: name))
                }
            }
        }
        try outlet.forget(part: "stream")
    }

    private func fill(
        _ reader: inout JSONLinesReader, from input: ReadableFile, _ name: String, isStart: Bool
    ) throws -> Int {
        try reader.fill { space in
            let count = try input.read(into: space)
            if isStart, let format = CompressedFormat(start: space.prefix(count)) {
                throw CompressedInput(place: name, format: format)
            }
            return count
        }
    }

    private func take(_ parsed: ParsedBlock, at position: inout JSONLinesPosition, in place: String)
        -> [Record]
    {
        for line in parsed.rejectedLines(at: position) {
            outlet.reject(
                SourceProblem(
                    place: "\(place):\(line.line):\(line.column)",
                    message: "\(line.error); near: \(line.excerpt)"))
        }
        var records: [Record] = []
        parsed.appendRecords(to: &records, at: position)
        position.advance(over: parsed)
        return records
    }
}
