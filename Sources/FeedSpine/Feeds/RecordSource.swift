/// Reads records, and can say where it is: a feed of a program, or a source of pipeline files.
///
/// One task at a time reads it. It goes on behind a cursor, a text that only it understands: the number of the last
/// message, the address of the next page. With the records up to there the cursor is acknowledged and stored, so that
/// they do not come again.
///
/// ```swift
/// struct Mailbox: RecordSource {
///     let messages: [String]
///
///     func read(from cursor: String?, into outlet: RecordOutlet) async throws {
///         let first = cursor.flatMap { Int($0) } ?? 0
///         for number in first..<messages.count {
///             try await outlet.send(
///                 try Record(encoding: ["text": messages[number]]), then: "\(number + 1)")
///         }
///     }
/// }
/// ```
public protocol RecordSource: Sendable {
    /// Whether reading blocks its thread; it is then given one of its own. False if not told.
    var blocks: Bool { get }

    /// Reads what there is now, and returns at its end.
    ///
    /// It throws when it cannot go on as a whole. What single items have wrong with them is said with
    /// ``RecordOutlet/reject(_:at:)`` and does not end it.
    ///
    /// - Parameters:
    ///   - cursor: the last one that was sent and acknowledged; nil is the beginning. What was sent behind it comes again.
    ///   - outlet: takes the records.
    func read(from cursor: String?, into outlet: RecordOutlet) async throws

    /// All records up to a cursor are where they belong, and stored: a queue can forget them now.
    ///
    /// It is told again when that was not certain, in this run or the next, and while ``read(from:into:)`` is under way.
    /// Does nothing if not told otherwise.
    func delivered(through cursor: String) async throws
}

extension RecordSource {
    /// False: reading waits without blocking a thread.
    public var blocks: Bool { false }

    /// Does nothing, for sources that have nothing to forget.
    ///
    /// ```swift
    /// try await mailbox.delivered(through: "7")
    /// ```
    public func delivered(through cursor: String) async throws {}
}

/// A source of records with a name: what a ``FeedSpine`` begins with.
///
/// ```swift
/// struct Mail: Feed {
///     let name = "mail"
///
///     func read(from cursor: String?, into outlet: RecordOutlet) async throws {
///         let first = cursor.flatMap { Int($0) } ?? 0
///         for number in first..<3 {
///             try await outlet.send(try Record(json: "{\"id\":\(number)}"), then: "\(number + 1)")
///         }
///     }
/// }
///
/// let spine = FeedSpine(storage: .sqlite("mail.db"), feeds: [Mail()])
/// let new = try await spine.pipeline().count()
/// ```
public protocol Feed: RecordSource {
    /// What it is called in ``Record/source``, in errors and in the storage; no two feeds of a spine have the same name.
    var name: String { get }
}
