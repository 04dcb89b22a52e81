/// One item of the stream: a JSON object in a chunk, with the fields that stages changed laid over it.
///
/// Four words, which are passed in registers: a larger one is copied in memory for each call, and what it refers to is
/// counted each time.
package struct Record: Sendable {
    package let chunk: Chunk
    /// The tape index of the record's object in ``chunk``.
    package let root: UInt32
    /// Bit 31: ``isDelivered``; bit 30: ``isChanged``; the others: ``attachmentIndex``.
    private var mark: UInt32 = 0
    /// The record's number within its source, from 0 (`meta.index`).
    package let index: UInt64
    /// Its overlay, which has the attachment then, or the attachment alone.
    private var extra: RecordExtra?

    package init(chunk: Chunk, root: UInt32, index: UInt64, overlay: Overlay? = nil) {
        self.chunk = chunk
        self.root = root
        self.index = index
        self.overlay = overlay
    }

    /// The same item with its contents in another chunk.
    package init(_ record: Record, movedTo chunk: Chunk, root: UInt32) {
        self.init(chunk: chunk, root: root, index: record.index)
        mark = record.mark & ~Record.changed
        extra = record.attachment
    }

    private static let delivered: UInt32 = 1 << 31
    private static let changed: UInt32 = 1 << 30

    /// Whether a sink has taken it.
    package var isDelivered: Bool {
        get { mark & Record.delivered != 0 }
        set { mark = newValue ? mark | Record.delivered : mark & ~Record.delivered }
    }

    // MARK: Changes

    /// Whether there is an ``overlay``.
    package var isChanged: Bool { mark & Record.changed != 0 }

    /// Top-level fields that were set or removed since the record was read.
    package var overlay: Overlay? {
        get { unmanagedOverlay?.takeUnretainedValue() }
        set {
            let attachment = attachment
            mark = newValue == nil ? mark & ~Record.changed : mark | Record.changed
            extra = newValue?.with(attachment) ?? attachment
        }
    }

    /// ``overlay`` for who keeps the record for as long as it is used; no reference is counted.
    package var unmanagedOverlay: Unmanaged<Overlay>? {
        guard isChanged, let extra else { return nil }
        // Safe because only the setter of `overlay` sets the bit, together with an overlay.
        return Unmanaged.passUnretained(unsafeDowncast(extra, to: Overlay.self))
    }

    // MARK: Attachment

    /// What the engine remembers of the record beside its contents, shared by the records of a run.
    package var attachment: RecordAttachment? {
        if let overlay { return overlay.attachment }
        // Safe because what is no overlay has been an attachment when it was put there.
        return extra.map { unsafeDowncast($0, to: RecordAttachment.self) }
    }

    /// ``attachment`` for who keeps the record for as long as it is used.
    package var unmanagedAttachment: Unmanaged<RecordAttachment>? {
        guard let extra else { return nil }
        if let overlay = unmanagedOverlay {
            return overlay._withUnsafeGuaranteedRef { $0.attachment.map { Unmanaged.passUnretained($0) } }
        }
        return Unmanaged.passUnretained(unsafeDowncast(extra, to: RecordAttachment.self))
    }

    /// The record's place in ``attachment``.
    package var attachmentIndex: Int { Int(mark & ~(Record.delivered | Record.changed)) }

    /// The story that the record belongs to; nil where none was looked for.
    package var story: RecordStory? { attachment?.story(at: attachmentIndex) }

    /// - Parameter index: the record's place in it, less than 2^30.
    package mutating func attach(_ attachment: RecordAttachment?, index: Int) {
        extra = overlay?.with(attachment) ?? attachment
        let flags = mark & (Record.delivered | Record.changed)
        mark = flags | UInt32(truncatingIfNeeded: index) & ~(Record.delivered | Record.changed)
    }
}

/// What a record may have beside its contents: its changes, or what the engine remembers of it.
open class RecordExtra: @unchecked Sendable {
    // Safe because it has no state; subclasses have only constants, or say why they are safe.
    fileprivate init() {}
}

/// What the engine remembers of records beside their contents; it says what in a subclass.
open class RecordAttachment: RecordExtra, @unchecked Sendable {
    override package init() {}

    /// The story that the record at a place belongs to; nil where none was looked for.
    open func story(at index: Int) -> RecordStory? { nil }
}

/// The story that a record belongs to, among those whose texts are similar.
public struct RecordStory: Hashable, Sendable {
    /// The same for all records of a story.
    package let number: UInt64
    /// Whether it has opened the story; the others are similar to it.
    package let isFirst: Bool

    package init(number: UInt64, isFirst: Bool) {
        self.number = number
        self.isFirst = isFirst
    }

    /// The number in 16 hexadecimal digits, as `meta` shows it.
    package var name: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The changed top-level fields of one record. A nested change replaces its whole top-level field.
package final class Overlay: RecordExtra, @unchecked Sendable {
    package struct Field: Sendable {
        package let key: Key
        /// The new value, or nil when the field was removed.
        package let value: Value?

        package init(key: Key, value: Value?) {
            self.key = key
            self.value = value
        }
    }

    /// A node together with the chunk that keeps it alive.
    package struct Value: Sendable {
        package let chunk: Chunk
        package let index: UInt32

        package init(chunk: Chunk, index: UInt32) {
            self.chunk = chunk
            self.index = index
        }

        package var node: Node { chunk.node(at: index) }
    }

    /// At most one entry a key, in the order of the first change.
    package let fields: [Field]
    /// That of the record.
    let attachment: RecordAttachment?

    package init(fields: [Field], attachment: RecordAttachment? = nil) {
        self.fields = fields
        self.attachment = attachment
    }

    fileprivate func with(_ attachment: RecordAttachment?) -> Overlay {
        attachment === self.attachment ? self : Overlay(fields: fields, attachment: attachment)
    }
}
