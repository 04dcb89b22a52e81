import CZlib

/// Compresses whole runs of bytes: bodies, members of a file.
package enum Gzip {
    /// Of zlib's window bits, those that ask for gzip's head and end.
    private static let windowBits: Int32 = 15 + 16

    /// - Returns: nil where there is no memory for it.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? { bytes.withUnsafeBufferPointer(compress) }

    /// The same; several of them one behind the other are a file of gzip, too.
    package static func compress(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var stream = z_stream()
        guard czlib_deflate_init(&stream, windowBits) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            // Safe because zlib only reads from `next_in`, which is not const for its old callers.
            stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            stream.avail_in = UInt32(bytes.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, Z_FINISH)
            count = output.count - Int(stream.avail_out)
        }
    }

    /// What the first bytes of a file of gzip stand for, at most so many.
    package static func prefix(of bytes: [UInt8], count: Int) -> [UInt8] {
        var stream = z_stream()
        guard czlib_inflate_init(&stream, windowBits) == Z_OK else { return [] }
        defer { inflateEnd(&stream) }
        return bytes.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: count) { output, filled in
                // Safe as above.
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                // Behind a member there may be another one.
                while inflate(&stream, Z_SYNC_FLUSH) == Z_STREAM_END, stream.avail_in > 0,
                    inflateReset(&stream) == Z_OK
                {}
                filled = output.count - Int(stream.avail_out)
            }
        }
    }
}
