/// Turns libyaml's marks, which count characters, into byte offsets.
///
/// Marks come almost in order, so that walking from the last one costs a single pass over the file.
struct CharacterCursor {
    private let bytes: [UInt8]
    private let start: Int
    private var character = 0
    private var offset: Int

    /// - Parameter start: the offset of character 0.
    init(_ bytes: [UInt8], start: Int) {
        self.bytes = bytes
        self.start = start
        offset = start
    }

    /// The offset of a character; the end for those beyond it.
    mutating func offset(of wanted: Int) -> Int {
        while character < wanted, offset < bytes.count {
            offset += 1
            while offset < bytes.count, SourceByte.isContinuation(bytes[offset]) { offset += 1 }
            character += 1
        }
        while character > wanted, offset > start {
            offset -= 1
            while offset > start, SourceByte.isContinuation(bytes[offset]) { offset -= 1 }
            character -= 1
        }
        return offset
    }
}

/// Bytes by their role in YAML.
enum SourceByte {
    static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
