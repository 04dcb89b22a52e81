import Subprocess

/// The lines that a program writes.
struct ProcessOutput {
    private var buffers: SubprocessOutputSequence.Iterator
    private let limit: Int
    /// Bytes that were read and belong to lines that nobody has taken.
    private var bytes: [UInt8] = []
    private var start = 0
    /// Bytes behind `start` in which no line ends.
    private var searched = 0
    /// Whether the rest of a line that was cut is passed over.
    private var isSkipping = false

    init(_ sequence: SubprocessOutputSequence, limit: Int) {
        buffers = sequence.makeAsyncIterator()
        self.limit = limit
    }

    /// The next line without its end; nil when there is none.
    ///
    /// - Parameter cutting: whether of a line that is too long the beginning is given.
    /// - Throws: ``ProcessFailure/lineTooLong(limit:)`` otherwise.
    mutating func next(cutting: Bool = false) async throws -> [UInt8]? {
        while true {
            if let line = try takeLine(cutting: cutting) { return line }
            guard let buffer = try await buffers.next() else { break }
            buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        defer {
            bytes = []
            start = 0
            searched = 0
        }
        return bytes.count > start && !isSkipping ? Array(bytes[start...]) : nil
    }

    private mutating func takeLine(cutting: Bool) throws -> [UInt8]? {
        while true {
            guard let end = bytes[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
                bytes.removeFirst(start)
                start = 0
                searched = bytes.count
                guard searched > limit else { return nil }
                guard cutting else { throw ProcessFailure.lineTooLong(limit: limit) }
                let line = isSkipping ? nil : Array(bytes.prefix(limit))
                bytes = []
                searched = 0
                isSkipping = true
                if let line { return line }
                return nil
            }
            let line = bytes[start..<end]
            start = end + 1
            searched = 0
            if isSkipping {
                isSkipping = false
                continue
            }
            guard line.count <= limit || cutting else { throw ProcessFailure.lineTooLong(limit: limit) }
            return line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        }
    }
}
