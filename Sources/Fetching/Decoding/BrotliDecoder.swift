import CBrotli

/// Undoes brotli.
final class BrotliDecoder: StreamDecoder {
    private let coding: String
    private var input: [UInt8] = []
    private var consumed = 0
    private let state: OpaquePointer?
    private var hasFailed = false
    private var isEmpty = true

    init(coding: String) {
        self.coding = coding
        state = BrotliDecoderCreateInstance(nil, nil, nil)
    }

    deinit {
        if let state { BrotliDecoderDestroyInstance(state) }
    }

    func push(_ bytes: [UInt8]) {
        isEmpty = isEmpty && bytes.isEmpty
        input = consumed == input.count ? bytes : input[consumed...] + bytes
        consumed = 0
    }

    func pull() throws(FetchError) -> [UInt8]? {
        guard let state, !hasFailed else { throw .decoding(coding: coding, .corrupt) }
        guard BrotliDecoderIsFinished(state) == 0 else { return nil }
        guard consumed < input.count || BrotliDecoderHasMoreOutput(state) != 0 else { return nil }
        var result = BROTLI_DECODER_RESULT_SUCCESS
        let piece = [UInt8](unsafeUninitializedCapacity: DecodedPiece.capacity) { output, count in
            input.withUnsafeBufferPointer { source in
                var availableInput = source.count - consumed
                var nextInput = source.baseAddress?.advanced(by: consumed)
                var availableOutput = output.count
                var nextOutput = output.baseAddress
                result = BrotliDecoderDecompressStream(
                    state, &availableInput, &nextInput, &availableOutput, &nextOutput, nil)
                consumed = source.count - availableInput
                count = output.count - availableOutput
            }
        }
        if result == BROTLI_DECODER_RESULT_ERROR {
            hasFailed = true
            guard !piece.isEmpty else { throw .decoding(coding: coding, .corrupt) }
        }
        return piece.isEmpty ? nil : piece
    }

    func finish() throws(FetchError) {
        // Answers without a body keep their headers.
        if isEmpty { return }
        guard let state, BrotliDecoderIsFinished(state) != 0 else {
            throw .decoding(coding: coding, .truncated)
        }
    }
}
