import Records

/// Finds the items of a JSON Feed as its bytes arrive, without waiting for the end of the document.
///
/// What is outside the items gathers in ``head``, with an empty `items` array: a small document of its own.
struct JSONFeedSplitter: ~Copyable {
    private enum Place {
        /// Outside the items array.
        case head
        /// Between items.
        case items
        /// Inside an item.
        case item
    }

    private static let items: StaticString = "items"
    /// The bytes of one string in ``head``; what is longer is cut, so that the rest can be read.
    private static let headStringLimit = 1 << 16

    private let limits: FeedLimits
    private var buffer = OutputBuffer()
    private var position = 0
    private var place = Place.head
    private var depth = 0
    /// The depth of the items array's elements.
    private var itemsDepth = 0
    private var isInString = false
    private var isEscaped = false
    /// How much of `items` the string at the top level is so far, beyond that when it is something else, and whether the
    /// last one was that.
    private var nameLength = 0
    private var lastStringIsItems = false
    /// Bytes of the string that is being read into ``head``.
    private var headStringLength = 0
    private var itemStart = 0
    /// The item that is being read is too long, and no longer kept.
    private var isDropping = false
    private(set) var head = OutputBuffer()
    /// The item that ``advance()`` found, in the buffer; nil when it is longer than ``itemLimit``.
    private(set) var item: Range<Int>?
    private(set) var line = 1
    /// Where the item begins.
    private(set) var itemLine = 1
    /// How much of ``head`` stands before the first item; nil before the items have begun.
    private(set) var headBeforeItems: Int?
    /// The outermost object has ended; what follows it is not looked at.
    private(set) var isComplete = false
    /// The longest item in bytes: room for a text that is cut, and for others beside it.
    let itemLimit: Int

    init(limits: FeedLimits) {
        self.limits = limits
        let (size, isOverflow) = limits.textSize.multipliedReportingOverflow(by: 4)
        itemLimit = isOverflow ? .max : size
    }

    var itemBytes: Bytes? { item.map { buffer.bytes($0) } }

    /// Takes more of the document, which `write` appends to what is there.
    mutating func push(_ write: (inout OutputBuffer) -> Void) {
        if place == .item, position - itemStart > itemLimit { isDropping = true }
        let kept = place == .item && !isDropping ? itemStart : position
        buffer.removeFirst(kept)
        position -= kept
        itemStart -= min(itemStart, kept)
        write(&buffer)
    }

    /// Reads on to the end of the next item; false when more bytes are needed.
    mutating func advance() -> Bool {
        while position < buffer.count, !isComplete {
            let byte = buffer.bytes[position]
            position += 1
            if byte == .newline { line += 1 }
            if place == .head { appendToHead(byte) }
            if isInString {
                readString(byte)
            } else if read(byte) {
                return true
            }
        }
        return false
    }

    private mutating func appendToHead(_ byte: UInt8) {
        if isInString, isEscaped || byte != .quote {
            // A cut inside of an escape is mended, one inside of a character would be an error.
            let isWhole = headStringLength < Self.headStringLimit
            let endsCharacter = headStringLength == Self.headStringLimit && byte & 0xC0 == 0x80
            guard isWhole || endsCharacter || isEscaped && headStringLength == Self.headStringLimit else {
                headStringLength = .max
                return
            }
            if isWhole { headStringLength += 1 }
        }
        if head.count < limits.textSize { head.append(byte) }
    }

    private mutating func readString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == .quote {
            isInString = false
            if place == .head, depth == 1 { lastStringIsItems = nameLength == Self.items.utf8CodeUnitCount }
            return
        }
        let agrees = nameLength < Self.items.utf8CodeUnitCount && byte == Self.items.utf8Start[nameLength]
        nameLength = agrees ? nameLength + 1 : .max
    }

    /// Reads a byte outside strings; true when it ends an item.
    private mutating func read(_ byte: UInt8) -> Bool {
        switch byte {
        case .quote:
            isInString = true
            (nameLength, headStringLength) = (0, 0)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            enter(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return leave(byte)
        case UInt8(ascii: ",") where depth == 1:
            lastStringIsItems = false
        default: break
        }
        return false
    }

    private mutating func enter(_ byte: UInt8) {
        if place == .head, byte == UInt8(ascii: "["), depth == 2, lastStringIsItems {
            place = .items
            itemsDepth = depth
            if headBeforeItems == nil { headBeforeItems = head.count }
        } else if place == .items {
            place = .item
            itemStart = position - 1
            itemLine = line
            isDropping = false
        }
    }

    private mutating func leave(_ byte: UInt8) -> Bool {
        if place == .item, depth == itemsDepth {
            place = .items
            item = isDropping || position - itemStart > itemLimit ? nil : itemStart..<position
            return true
        } else if place == .items, depth < itemsDepth {
            place = .head
            appendToHead(byte)
        }
        if depth == 0 { isComplete = true }
        return false
    }
}
