import Logging
import Notation
import PipelineSpec
import Records
import Streaming

/// Sends records by mail.
///
/// What a server has taken cannot be taken back, so each mail has a `Message-ID` that is the same whenever it is sent again,
/// and what has gone out is noted at once.
actor EmailSink: Sink {
    /// What a mail is for.
    enum Extent: String, OptionEnum {
        case record, batch

        var doc: String {
            switch self {
            case .record: "A mail for each record."
            case .batch:
                "A digest: a mail for the records of a `batch` stage, or for what has come meanwhile."
            }
        }
    }

    private let extent: Extent
    private let composer: MailComposer
    private let access: MailAccess
    /// Takes out of texts what none may show.
    private let redacted: @Sendable (String) -> String
    /// Nanoseconds since 1970.
    private let now: @Sendable () -> Int64
    private var connection: MailConnection?
    private var sent = SentMails()
    /// Whether the state has, or is to have, a position that says what was sent before.
    private var hasPosition = false
    private var journal: (any SinkJournal)?

    nonisolated var blocks: Bool { true }

    init(
        _ extent: Extent, _ composer: MailComposer, _ access: MailAccess,
        redacted: @escaping @Sendable (String) -> String, now: @escaping @Sendable () -> Int64
    ) {
        self.extent = extent
        self.composer = composer
        self.access = access
        self.redacted = redacted
        self.now = now
    }

    func open(_ opening: SinkOpening) throws {
        sent = try SentMails(opening.position, opening.notes)
        hasPosition = opening.position != nil || !sent.isEmpty
        journal = opening.journal
        connection = try MailConnection(access)
    }

    func write(_ records: [Record]) async throws -> [Refusal] {
        let keys = records.map { composer.keys.key(of: $0) }
        var fates: [RecordFate?] = Array(repeating: nil, count: records.count)
        var places: ArraySlice<Int> = []
        for (index, key) in keys.enumerated() {
            if sent.remove(key) { fates[index] = .taken } else { places.append(index) }
        }
        while !places.isEmpty {
            let (count, fate) = try await deliver(records, keys, at: places)
            for place in places.prefix(count) { fates[place] = fate }
            if fate.stops { break }
            places = places.dropFirst(count)
        }
        return try RecordFate.refusals(fates)
    }

    /// A checkpoint takes the notes away, also those of records that a run before had sent and that are still to come again.
    func checkpoint() -> SinkPosition? { hasPosition ? sent.position : nil }

    func close() {
        connection = nil
        sent = SentMails()
    }

    /// Sends the mail that the first of some records are in.
    ///
    /// - Parameters:
    ///   - keys: of all records.
    ///   - places: of those that are to be sent; one at least.
    /// - Returns: how many those are, and what has become of them.
    private func deliver(
        _ records: [Record], _ keys: [String], at places: ArraySlice<Int>
    ) async throws -> (Int, RecordFate) {
        let mail: MailMessage
        var count = 1
        do {
            switch extent {
            case .record:
                let place = places[places.startIndex]
                mail = try composer.mail(records[place], key: keys[place])
            case .batch: (mail, count) = try composer.digest(records, keys, at: places)
            }
        } catch {
            return (1, .refused(redacted("\(error)")))
        }
        let bytes = mail.bytes(at: Timestamp(nanosecondsSince1970: now()))
        guard bytes.count <= composer.mostBytes else {
            return (count, .refused("\(MailTooLarge(size: bytes.count, limit: composer.mostBytes))"))
        }
        switch try await send(bytes, of: mail) {
        case .taken:
            try journal?.note(SentMails.note(places.prefix(count).map { keys[$0] }))
            return (count, .taken)
        case .refused(let reason): return (count, .refused(redacted(reason)))
        case .again(let reason):
            let reason = redacted(reason)
            return (count, .again(reason, MailUnavailable(reason: reason)))
        case .wrong(let reason): return (count, .wrong(MailProblem.misled(redacted(reason))))
        case .interrupted: throw CancellationError()
        }
    }

    private func send(_ bytes: [UInt8], of mail: MailMessage) async throws -> MailVerdict {
        let connection = try connection ?? MailConnection(access)
        self.connection = connection
        return await withTaskCancellationHandler {
            MailVerdict(
                connection.send(bytes, from: mail.from.mailbox, to: mail.recipients.map(\.mailbox)))
        } onCancel: {
            connection.interrupt()
        }
    }
}

/// A mail server that takes nothing now.
struct MailUnavailable: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
