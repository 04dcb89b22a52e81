/// One content coding being undone, in pieces of bounded size.
///
/// The caller gives bytes with ``push(_:)`` and takes what they decode to with ``pull()`` until that is nil; only then
/// it gives more. So a small input that stands for a huge output never becomes that output at once.
protocol StreamDecoder: AnyObject {
    func push(_ bytes: [UInt8])
    /// The next piece, never empty, or nil when more input is needed.
    func pull() throws(FetchError) -> [UInt8]?
    /// Checks, after the last input, that the stream came to its end.
    func finish() throws(FetchError)
}

enum DecodedPiece {
    /// The most bytes that one ``StreamDecoder/pull()`` gives.
    static let capacity = 64 * 1024
}
