package import Notation
import Records

/// The state of one evaluation: the record, the variables of macros, memory for new values, and what may still be spent.
///
/// Safe because the objects that it refers to without owning them (chunk, overlay, attachment, context) are borrowed by the call that
/// makes the frame and outlive it.
package struct Frame: ~Copyable {
    /// The record's object, without overlay; nil when there is no record.
    let base: Node?
    let overlay: Unmanaged<Overlay>?
    let chunk: Unmanaged<Chunk>?
    let recordIndex: UInt64
    let attachment: Unmanaged<RecordAttachment>?
    let attachmentIndex: Int
    /// The declared variables, in the order of the program.
    let variables: UnsafePointer<Value>?
    /// The variables of macros.
    let slots: UnsafeMutablePointer<Value>
    private let context: Unmanaged<EvaluationContext>?
    /// How much of the cost limit is left; below zero the evaluation is over.
    private(set) var budget: Int
    var arena = Arena()
    /// Texts that belong to failures, in the arena.
    private var details: UnsafeMutablePointer<Text>?
    private var detailCount = 0
    private var instant: Timestamp?
    /// The field that was looked up last: conditions mostly go on with the same one.
    var lastName: UnsafeMutableRawPointer?
    var lastField: Node?
    /// Whether the result depends on when it was evaluated.
    private(set) var hasReadClock = false

    /// Errors beyond these keep their kind and place and lose their details.
    private static let maximumDetails = 64

    init(
        base: Node?, overlay: Unmanaged<Overlay>?, chunk: Unmanaged<Chunk>?, recordIndex: UInt64,
        attachment: Unmanaged<RecordAttachment>? = nil, attachmentIndex: Int = 0,
        variables: UnsafePointer<Value>?, slots: UnsafeMutablePointer<Value>,
        context: Unmanaged<EvaluationContext>?, budget: Int
    ) {
        self.base = base
        self.overlay = overlay
        self.chunk = chunk
        self.recordIndex = recordIndex
        self.attachment = attachment
        self.attachmentIndex = attachmentIndex
        self.variables = variables
        self.slots = slots
        self.context = context
        self.budget = budget
    }

    // MARK: Cost

    /// Pays for a step; false when the limit is reached.
    @inline(__always)
    mutating func spend(_ cost: Int = 1) -> Bool {
        budget &-= cost
        return budget >= 0
    }

    /// Pays for looking at or making so many bytes.
    @inline(__always)
    mutating func spend(bytes: Int) -> Bool { spend(1 &+ bytes >> 6) }

    /// Pays for looking for a name among so many; few of them cost nothing, and whoever looks often pays for its turns.
    @inline(__always)
    mutating func payForSearch(among count: Int) { budget &-= count &>> 4 }

    /// Pays for going over a text that is long; false when the limit is reached.
    @inline(__always)
    mutating func payForLong(_ byteCount: Int) -> Bool { byteCount < 64 || spend(byteCount >> 6) }

    var isExhausted: Bool { budget < 0 }

    mutating func refill(_ budget: Int) { self.budget = budget }

    // MARK: Failures

    /// A failure whose place the enclosing call puts in.
    mutating func failure(_ kind: EvaluationError.Kind, _ detail: String = "") -> Value {
        failure(kind, at: -1, detail)
    }

    mutating func failure(
        _ kind: EvaluationError.Kind, at site: Int32, _ detail: String = ""
    ) -> Value {
        guard !detail.isEmpty, detailCount < Frame.maximumDetails else {
            return .failure(Value.Failure(kind: kind, site: site, detail: 0))
        }
        let start = details ?? arena.allocate(Text.self, count: Frame.maximumDetails)
        details = start
        (start + detailCount).initialize(to: arena.text(detail))
        detailCount += 1
        return .failure(Value.Failure(kind: kind, site: site, detail: UInt32(detailCount)))
    }

    func costFailure(at site: Int32) -> Value {
        .failure(Value.Failure(kind: .costLimit, site: site, detail: 0))
    }

    func detail(of failure: Value.Failure) -> String {
        guard failure.detail > 0, let details else { return "" }
        return details[Int(failure.detail) - 1].string
    }

    // MARK: Time

    /// The time of the evaluation: the same however often it is asked for.
    package mutating func now() -> Timestamp {
        hasReadClock = true
        if let instant { return instant }
        let read = context?.takeUnretainedValue().clock() ?? Timestamp(nanosecondsSince1970: 0)
        instant = read
        return read
    }

    mutating func forgetClock() { hasReadClock = false }
}

/// What evaluations share: where the time comes from.
package final class EvaluationContext: Sendable {
    let clock: @Sendable () -> Timestamp

    package init(clock: @escaping @Sendable () -> Timestamp) { self.clock = clock }
}
