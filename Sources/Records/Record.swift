/// One item of the stream: a JSON object in a chunk, with the fields that stages changed laid over it.
package struct Record: Sendable {
    package let chunk: Chunk
    /// The tape index of the record's object in ``chunk``.
    package let root: UInt32
    /// Bit 31: ``isDelivered``; the others: ``attachmentIndex``.
    private var mark: UInt32 = 0
    /// The record's number within its source, from 0 (`meta.index`).
    package let index: UInt64
    /// Top-level fields that were set or removed since the record was read.
    package var overlay: Overlay?
    /// What the engine remembers of the record beside its contents, shared by the records of a run.
    package private(set) var attachment: RecordAttachment?

    package init(chunk: Chunk, root: UInt32, index: UInt64, overlay: Overlay? = nil) {
        self.chunk = chunk
        self.root = root
        self.index = index
        self.overlay = overlay
    }

    /// The same item with its contents in another chunk.
    package init(_ record: Record, movedTo chunk: Chunk, root: UInt32) {
        self.init(chunk: chunk, root: root, index: record.index)
        mark = record.mark
        attachment = record.attachment
    }

    /// Whether a sink has taken it.
    package var isDelivered: Bool {
        get { mark & 1 << 31 != 0 }
        set { mark = newValue ? mark | 1 << 31 : mark & ~(1 << 31) }
    }

    /// The record's place in ``attachment``.
    package var attachmentIndex: Int { Int(mark & ~(1 << 31)) }

    /// - Parameter index: the record's place in it, less than 2^31.
    package mutating func attach(_ attachment: RecordAttachment?, index: Int) {
        self.attachment = attachment
        mark = mark & 1 << 31 | UInt32(truncatingIfNeeded: index) & ~(1 << 31)
    }
}

/// What the engine remembers of records beside their contents; it says what in a subclass.
open class RecordAttachment: @unchecked Sendable {
    // Safe because it has no state; subclasses have only constants, or say why they are safe.
    package init() {}
}

/// The changed top-level fields of one record. A nested change replaces its whole top-level field.
package final class Overlay: Sendable {
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

    package init(fields: [Field]) { self.fields = fields }
}
