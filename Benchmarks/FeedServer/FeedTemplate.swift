import NIOCore

/// The text of an RSS feed of ten items, with the places where a feed's number goes.
struct FeedTemplate: Sendable {
    static let items = 10
    private static let placeholder = "########"

    private let text: ByteBuffer
    private let places: [Int]

    init(seed: Int) {
        var writer = FeedWriter(seed: UInt64(seed), number: Self.placeholder)
        let bytes = Array(writer.feed(items: Self.items).utf8)
        let marker = UInt8(ascii: "#")
        places = bytes.indices.filter { bytes[$0] == marker && ($0 == 0 || bytes[$0 - 1] != marker) }
        text = ByteBuffer(bytes: bytes)
    }

    func filled(with feed: FeedNumber) -> ByteBuffer {
        let digits = feed.digits
        var copy = text
        for place in places { copy.setInteger(digits, at: place, endianness: .big) }
        return copy
    }
}
