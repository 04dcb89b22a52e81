/// A feed's place in the collection, as the eight digits that stand in its address and all through its text.
struct FeedNumber: Equatable {
    static let width = 8
    static let most = 86_400

    let value: Int

    init(_ value: Int) { self.value = value }

    /// Only the spelling that ``text`` has, so that every feed has one address.
    init?(_ text: Substring) {
        guard text.utf8.count == Self.width, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text)
        else { return nil }
        self.value = value
    }

    /// The digits in the order in which they are read, to be stored big-endian.
    var digits: UInt64 {
        var rest = UInt64(value)
        var digits: UInt64 = 0
        for place in 0..<UInt64(Self.width) {
            digits |= (0x30 + rest % 10) << (8 * place)
            rest /= 10
        }
        return digits
    }

    var text: String {
        String(decoding: withUnsafeBytes(of: digits.bigEndian, Array.init), as: UTF8.self)
    }
}
