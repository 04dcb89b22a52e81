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
    // zlib's state points back at its stream, so that must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInitialised = false

    init(_ format: Format, coding: String) {
        self.format = format
        self.coding = coding
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isInitialised { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    func push(_ bytes: [UInt8]) {
        if consumed == input.count {
            input = bytes
        } else {
            input = input[consumed...] + bytes
        }
        consumed = 0
    }

    func pull() throws(FetchError) -> [UInt8]? {
        while true {
            switch state {
            case .sniffing, .betweenMembers:
                guard input.count - consumed >= 2 else { return nil }
                try beginStream(first: input[consumed], second: input[consumed + 1])
            case .inflating:
                guard consumed < input.count else { return nil }
                if let piece = try inflatePiece() { return piece }
            case .passingThrough:
                defer { consumed = input.count }
                return consumed < input.count ? Array(input[consumed...]) : nil
            case .ended:
                consumed = input.count
                return nil
            case .corrupt:
                throw .decoding(coding: coding, .corrupt)
            }
        }
    }

    func finish() throws(FetchError) {
        switch state {
        case .ended, .betweenMembers, .passingThrough: return
        case .sniffing where consumed == input.count: return
        case .sniffing, .inflating: throw .decoding(coding: coding, .truncated)
        case .corrupt: throw .decoding(coding: coding, .corrupt)
        }
    }

    private func beginStream(first: UInt8, second: UInt8) throws(FetchError) {
        let isGzip = first == 0x1F && second == 0x8B
        switch (format, state) {
        case (.gzip, .sniffing) where !isGzip: state = .passingThrough
        case (.gzip, .betweenMembers) where !isGzip: state = .ended
        case (.gzip, _): try initialise(windowBits: 15 + 16)
        case (.deflate, _):
            let hasHeader = first & 0x0F == 8 && (Int(first) << 8 | Int(second)) % 31 == 0
            try initialise(windowBits: hasHeader ? 15 : -15)
        }
    }

    private func initialise(windowBits: Int32) throws(FetchError) {
        let status = isInitialised ? inflateReset(stream) : czlib_inflate_init(stream, windowBits)
        guard status == Z_OK else { throw .decoding(coding: coding, .corrupt) }
        isInitialised = true
        state = .inflating
    }

    /// Inflates up to one piece; nil when the input at hand gave no output.
    private func inflatePiece() throws(FetchError) -> [UInt8]? {
        var status = Z_OK
        let piece = [UInt8](unsafeUninitializedCapacity: DecodedPiece.capacity) { output, count in
            input.withUnsafeMutableBufferPointer { source in
                let available = source.count - consumed
                stream.pointee.next_in = source.baseAddress?.advanced(by: consumed)
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                status = inflate(stream, Z_NO_FLUSH)
                consumed += available - Int(stream.pointee.avail_in)
                count = output.count - Int(stream.pointee.avail_out)
            }
        }
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: state = format == .gzip ? .betweenMembers : .ended
        default: state = .corrupt
        }
        return piece.isEmpty ? nil : piece
    }
}
