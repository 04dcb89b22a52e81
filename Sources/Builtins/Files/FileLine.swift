import Glibc
package import State

/// A line of a file.
package struct FileLine: Sendable {
    /// From 1 on.
    package let number: Int
    /// With the line end, where there is one.
    package let range: Range<Int>
    /// Without the line end; nil where they are too many to be held.
    package let bytes: [UInt8]?
    /// Whether it has its line end: somebody may be writing the last one.
    package let isWhole: Bool

    /// Bytes of a line, at most: more than any record has.
    package static let limit = 128 << 20

    /// Goes through the lines of a file without locking it, up to where it ended at the beginning.
    ///
    /// - Returns: whether there is a file.
    package static func forEach(
        in path: String, calls: any FileCalls = Files.calls, limit: Int = FileLine.limit,
        _ body: (FileLine) throws -> Void
    ) throws -> Bool {
        let descriptor = calls.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
        if descriptor < 0 {
            let error = FileError(path: path, doing: "read it")
            if error.isAbsence { return false }
            throw error
        }
        defer { calls.close(descriptor) }
        guard calls.status(of: descriptor)?.isRegular == true else {
            throw FileError(path: path, doing: "read it: it is no file", code: ESPIPE)
        }
        try FileContent(path: path, descriptor: descriptor, calls: calls).forEachLine(limit: limit, body)
        return true
    }
}

extension FileContent {
    private static let blockSize = 256 << 10

    /// Goes through the lines up to where the file ends now.
    func forEachLine(limit: Int = FileLine.limit, _ body: (FileLine) throws -> Void) throws {
        let end = try size()
        var place = 0
        var line: [UInt8] = []
        var start = 0
        var number = 1
        func tell(upTo next: Int, isWhole: Bool) throws {
            try body(
                FileLine(
                    number: number, range: start..<next,
                    bytes: next - start - (isWhole ? 1 : 0) > limit ? nil : line, isWhole: isWhole))
            line.removeAll(keepingCapacity: true)
            start = next
            number += 1
        }
        while place < end {
            let block = try bytes(from: place, count: min(FileContent.blockSize, end - place))
            if block.isEmpty { break }
            var rest = block[...]
            while let stop = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if line.count <= limit { line += rest[..<stop] }
                try tell(upTo: place + stop + 1, isWhole: true)
                rest = rest[(stop + 1)...]
            }
            if line.count <= limit { line += rest }
            place += block.count
        }
        if start < place { try tell(upTo: place, isWhole: false) }
    }
}
