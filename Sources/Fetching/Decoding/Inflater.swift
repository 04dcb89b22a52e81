import CZlib

/// Undoes gzip (with several members, as servers concatenate them) and deflate (zlib or raw).
///
/// A body that is announced as gzip but does not begin like one is passed on as it is: some servers announce what
/// they do not do.
final class Inflater: StreamDecoder {
    enum Format {
        case gzip, deflate
    }

    private enum State {
        /// The first two bytes decide about the format.
        case sniffing
        case inflating
        /// Between two gzip members.
        case betweenMembers
        case passingThrough
        case ended
        /// What decoded before the damage has been given out.
        case corrupt
    }

    private let format: Format
    private let coding: String
    private var state = State.sniffing
    private var input: [UInt8] = []
    private var consumed = 0
    /// Where a piece is gathered.
    private let output: UnsafeMutablePointer<UInt8>
    /// Whether the stream had more to give than there was room for.
    private var holdsOutput = false
    // zlib's state points back at its stream, so that must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInitialised = false

    init(_ format: Format, coding: String) {
        self.format = format
        self.coding = coding
        output = .allocate(capacity: DecodedPiece.capacity)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isInitialised { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
        output.deallocate()
    }

    func push(_ bytes: [UInt8]) {
        if consumed == input.count {
            input = bytes
        } else {
            input = input[consumed...] + bytes
        }
        consumed = 0
    }

    /// A piece may span members: there can be any number of them, and each may hold next to nothing.
    func pull() throws(FetchError) -> [UInt8]? {
        var count = 0
        pieces: while count < DecodedPiece.capacity {
            switch state {
            case .sniffing, .betweenMembers:
                guard input.count - consumed >= 2 else { break pieces }
                beginStream(first: input[consumed], second: input[consumed + 1])
            case .inflating:
                guard consumed < input.count || holdsOutput else { break pieces }
                count += inflatePiece(after: count)
            case .passingThrough:
                defer { consumed = input.count }
                return consumed < input.count ? Array(input[consumed...]) : nil
            case .ended:
                consumed = input.count
                break pieces
            case .corrupt:
                if count == 0 { throw .decoding(coding: coding, .corrupt) }
                break pieces
            }
        }
        return count == 0 ? nil : Array(UnsafeBufferPointer(start: output, count: count))
    }

    func finish() throws(FetchError) {
        switch state {
        case .ended, .betweenMembers, .passingThrough: return
        case .sniffing where consumed == input.count: return
        case .sniffing, .inflating: throw .decoding(coding: coding, .truncated)
        case .corrupt: throw .decoding(coding: coding, .corrupt)
        }
    }

    private func beginStream(first: UInt8, second: UInt8) {
        let isGzip = first == 0x1F && second == 0x8B
        switch (format, state) {
        case (.gzip, .sniffing) where !isGzip: state = .passingThrough
        case (.gzip, .betweenMembers) where !isGzip: state = .ended
        case (.gzip, _): initialise(windowBits: 15 + 16)
        // The beginning of gzip is none of deflate's: some servers name the one and send the other.
        case (.deflate, _) where isGzip: initialise(windowBits: 15 + 16)
        case (.deflate, _):
            let hasHeader = first & 0x0F == 8 && (Int(first) << 8 | Int(second)) % 31 == 0
            initialise(windowBits: hasHeader ? 15 : -15)
        }
    }

    private func initialise(windowBits: Int32) {
        let status = isInitialised ? inflateReset(stream) : czlib_inflate_init(stream, windowBits)
        isInitialised = isInitialised || status == Z_OK
        state = status == Z_OK ? .inflating : .corrupt
    }

    /// Inflates what is at hand, as far as there is room behind the first `count` bytes of the piece; answers how many
    /// bytes that gave.
    private func inflatePiece(after count: Int) -> Int {
        let room = DecodedPiece.capacity - count
        let available = input.count - consumed
        let status = input.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress?.advanced(by: consumed)
            stream.pointee.avail_in = UInt32(clamping: available)
            stream.pointee.next_out = output + count
            stream.pointee.avail_out = UInt32(room)
            let given = stream.pointee.avail_in
            let status = inflate(stream, Z_NO_FLUSH)
            consumed += Int(given - stream.pointee.avail_in)
            return status
        }
        holdsOutput = stream.pointee.avail_out == 0
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            state = format == .gzip ? .betweenMembers : .ended
            holdsOutput = false
        default: state = .corrupt
        }
        return room - Int(stream.pointee.avail_out)
    }
}
