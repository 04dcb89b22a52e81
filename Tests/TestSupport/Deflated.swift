import CZlib

/// Makes compressed bodies for servers to send.
package enum Deflated {
    package enum Format: Sendable {
        case gzip, zlib, raw

        fileprivate var windowBits: Int32 {
            switch self {
            case .gzip: 15 + 16
            case .zlib: 15
            case .raw: -15
            }
        }
    }

    package static func gzip(_ bytes: [UInt8]) -> [UInt8] { compress(bytes, .gzip) }

    package static func compress(_ bytes: [UInt8], _ format: Format) -> [UInt8] {
        var stream = z_stream()
        guard czlib_deflate_init(&stream, format.windowBits) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count))) + 64) {
            output, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}
