package import Logging
package import Records

/// What a `map` stage runs.
package protocol MapBody: Sendable {
    /// The stage that runs it.
    var stage: any StageOperation { get }
}

/// A pure change of one record.
package protocol Transform: MapBody {
    /// Reads `record` and writes the changed fields to `edit`.
    ///
    /// Throws when the record cannot be mapped; its edits are then forgotten and the stage's `on_error` decides.
    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws
}

extension Transform {
    package var stage: any StageOperation { MapOperation(self) }
}

/// A map that waits, and makes of a record none, one or several.
package protocol AsyncTransform: MapBody {
    /// Records that are worked on at the same time, at least 1; their order stays.
    var concurrency: Int { get }

    /// The map as a run uses it.
    func opened(_ opening: TransformOpening) -> any AsyncTransform

    /// What goes on in the place of a record; nothing drops it.
    ///
    /// Throws when the record cannot be mapped; the stage's `on_error` decides. Where it throws a
    /// ``PermanentFailure`` or a ``StoreFailure``, the run ends. It is cancelled when a run is stopped, and the record is then the next run's.
    func transform(_ record: Record) async throws -> [Record]
}

extension AsyncTransform {
    package func opened(_ opening: TransformOpening) -> any AsyncTransform { self }

    package var stage: any StageOperation { AsyncConversionOperation(self) }
}

/// What a map that waits finds when a run begins.
package struct TransformOpening: Sendable {
    package let calls: CallBook
    package let logger: Logger
    /// Whether the run is only to show what would happen.
    package let isForShow: Bool

    package init(calls: CallBook, logger: Logger, isForShow: Bool = false) {
        self.calls = calls
        self.logger = logger
        self.isForShow = isForShow
    }
}

/// Collects the changes that a transform makes to a run of records, their values in one shared chunk.
package struct RecordEdit: ~Copyable {
    private enum Change {
        case set(Key, root: Int)
        case remove(Key)
        case replace(root: Int)
    }

    private var builder = ChunkBuilder()
    private var changes: [(record: Int, change: Change)] = []
    private var current = 0
    /// Bytes that had been made before the current record.
    private var start = 0
    /// Whether a value broke off while it was written; nothing can be made of the edit then.
    private(set) var isBroken = false
    /// Whether it broke because its values are larger than a chunk may be.
    private(set) var isTooLarge = false

    package init() {}

    /// Sets a top-level field to the one value that `write` appends to the builder.
    package mutating func set<Failure: Error>(
        _ key: Key, _ write: (inout ChunkBuilder) throws(Failure) -> Void
    ) throws(Failure) {
        changes.append((current, .set(key, root: try build(write))))
    }

    /// Puts an object in the place of the whole record, whose fields it is copied from: that is no growth.
    package mutating func replace<Failure: Error>(
        _ write: (inout ChunkBuilder) throws(Failure) -> Void
    ) throws(Failure) {
        let before = builder.byteCount
        changes.append((current, .replace(root: try build(write))))
        start += builder.byteCount - before
    }

    /// - Returns: which of the builder's values it is.
    private mutating func build<Failure: Error>(
        _ write: (inout ChunkBuilder) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        let root = builder.rootCount
        do {
            try write(&builder)
        } catch {
            // A builder takes nothing after an unfinished value.
            breakOff()
            throw error
        }
        if builder.isTooLarge {
            breakOff()
            isTooLarge = true
        }
        return root
    }

    /// Removes a top-level field; one that is not there is left alone.
    package mutating func remove(_ key: Key) {
        changes.append((current, .remove(key)))
    }

    /// The changes that follow belong to the record at this index of the run.
    mutating func begin(_ index: Int) {
        current = index
        start = builder.byteCount
    }

    /// Bytes made so far, and those of them that are the current record's.
    var bytes: (all: Int, own: Int) { (builder.byteCount, builder.byteCount - start) }

    /// Gives up all that was made, which the records of the edit would keep in memory.
    mutating func breakOff() {
        builder = ChunkBuilder()
        isBroken = true
    }

    /// Forgets the current record's changes; values that were already built stay unused in the chunk.
    mutating func abandon() {
        while changes.last?.record == current { changes.removeLast() }
    }

    /// Lays the changes over the records of the run they were made for.
    ///
    /// - Parameter origin: that of all these records.
    consuming func apply(to records: inout [Record], from origin: Origin) {
        // What is too large for a chunk is broken.
        let changes = changes
        guard !isBroken, !changes.isEmpty, let (chunk, roots) = try? builder.finish(origin: origin) else {
            return
        }
        var fields: [Overlay.Field] = []
        for (place, (index, change)) in changes.enumerated() {
            switch change {
            case .set(let key, let root):
                fields.append(
                    Overlay.Field(key: key, value: Overlay.Value(chunk: chunk, index: roots[root])))
            case .remove(let key): fields.append(Overlay.Field(key: key, value: nil))
            case .replace(let root):
                records[index] = Record(records[index], movedTo: chunk, root: roots[root])
                fields = []
            }
            // Those of one record stand together.
            let isLast = place + 1 == changes.count || changes[place + 1].record != index
            if isLast, !fields.isEmpty {
                records[index].change(fields)
                fields = []
            }
        }
    }
}

extension Record {
    /// The record with changes.
    ///
    /// - Throws: ``ChunkTooLarge``, or what `write` throws.
    package func edited(_ write: (inout RecordEdit) throws -> Void) throws -> Record {
        var edit = RecordEdit()
        edit.begin(0)
        try write(&edit)
        if edit.isTooLarge { throw ChunkTooLarge() }
        var records = [self]
        edit.apply(to: &records, from: chunk.origin)
        return records[0]
    }
}
