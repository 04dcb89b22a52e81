import CZstd

/// Compresses whole runs of bytes with Zstandard.
package enum Zstandard {
    /// The library's own choice between speed and size.
    private static let level: Int32 = 3

    /// A frame; several of them one behind the other are a file of Zstandard, too.
    ///
    /// - Returns: nil where there is no memory for it.
    package static func compress(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let context = ZSTD_createCCtx() else { return nil }
        defer { ZSTD_freeCCtx(context) }
        // A reader notices damage, as that of gzip does.
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        var isDone = false
        let result = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
            let size = ZSTD_compress2(
                context, output.baseAddress, output.count, bytes.baseAddress, bytes.count)
            isDone = ZSTD_isError(size) == 0
            count = isDone ? size : 0
        }
        return isDone ? result : nil
    }

    /// What the first bytes of a file of Zstandard stand for, at most so many.
    package static func prefix(of bytes: [UInt8], count: Int) -> [UInt8] {
        guard let context = ZSTD_createDCtx() else { return [] }
        defer { ZSTD_freeDCtx(context) }
        return bytes.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: count) { target, filled in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                while output.pos < output.size {
                    let before = (input.pos, output.pos)
                    let status = ZSTD_decompressStream(context, &output, &input)
                    if ZSTD_isError(status) != 0 || before == (input.pos, output.pos) { break }
                }
                filled = output.pos
            }
        }
    }
}
