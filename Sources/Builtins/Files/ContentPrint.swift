import Records

/// Tells the content that was read of a file from any other, whatever the file is called and wherever it lies.
///
/// It covers only bytes that stay when the file grows: the beginning, and what stands before the place that was reached.
struct ContentPrint: Hashable, Sendable {
    /// The most bytes of the beginning, and of those before the place.
    static let span = 4096

    /// Bytes of the beginning that are covered, at most ``span``.
    let headLength: Int
    let head: String
    /// Of the bytes before the place, where it is behind ``span``.
    let tail: String?

    init(headLength: Int, head: String, tail: String?) {
        self.headLength = headLength
        self.head = head
        self.tail = tail
    }

    /// - Parameters:
    ///   - offset: the place that was reached.
    ///   - headLength: bytes that count as the beginning; nil is all that were read, up to ``span``.
    ///   - bytes: gives so many bytes from an offset; fewer where the file ends before.
    /// - Returns: nil when the file is shorter.
    init?<Failure: Error>(
        upTo offset: Int, headLength: Int? = nil,
        _ bytes: (_ offset: Int, _ count: Int) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        let length = headLength ?? min(offset, ContentPrint.span)
        let head = try bytes(0, length)
        var tail: [UInt8]?
        if offset > ContentPrint.span {
            tail = try bytes(offset - ContentPrint.span, ContentPrint.span)
        }
        guard head.count == length, tail.map({ $0.count == ContentPrint.span }) ?? true else { return nil }
        self.init(
            headLength: length, head: ContentPrint.hash(head[...]),
            tail: tail.map { ContentPrint.hash($0[...]) })
    }

    /// Of the beginning of a file that nothing has been read of.
    ///
    /// - Parameter start: its first ``span`` bytes, or all that there are. A line that has not ended may still change.
    init(ofStart start: [UInt8]) {
        let isWhole = start.count == ContentPrint.span
        let covered = isWhole ? start[...] : start[...(start.lastIndex(of: UInt8(ascii: "\n")) ?? -1)]
        self.init(headLength: covered.count, head: ContentPrint.hash(covered), tail: nil)
    }

    static func hash(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { Fingerprint.of($0) }
    }
}
