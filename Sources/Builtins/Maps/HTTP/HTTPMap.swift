import Fetching
import Logging
import Pacing
import PipelineSpec
import Records
import Streaming
import Synchronization

/// Asks a server about each record, and keeps something of the answer.
///
/// What an answer has cost is paid once: it is booked in the state before the request is sent, and the answer is in the
/// state before the record goes on.
struct HTTPMap: AsyncTransform {
    let requests: HTTPCalls
    let courier: HTTPCourier
    let form: HTTPReply.Form
    let use: AnswerUse
    /// Nil where answers are not kept.
    let keys: AnswerKeys?
    /// Nil where calls are free.
    let meter: CallMeter?
    let retry: RetryPolicy
    let random: @Sendable () -> Double
    let concurrency: Int
    /// Whether asking changes nothing and costs nothing, so that a run may do it that is only for show.
    let isFree: Bool
    private var opened: TransformOpening?
    private var shared = SharedCalls()
    private let hasSaid = SaidOnce()

    init(
        _ requests: HTTPCalls, _ courier: HTTPCourier, _ form: HTTPReply.Form, _ use: AnswerUse,
        keys: AnswerKeys?, meter: CallMeter?, retry: RetryPolicy, random: @escaping @Sendable () -> Double,
        concurrency: Int
    ) {
        self.requests = requests
        self.courier = courier
        self.form = form
        self.use = use
        self.keys = keys
        self.meter = meter
        self.retry = retry
        self.random = random
        self.concurrency = concurrency
        isFree = keys == nil && meter == nil && requests.method == .get
    }

    func opened(_ opening: TransformOpening) -> any AsyncTransform {
        var copy = self
        copy.opened = opening
        copy.shared = SharedCalls()
        return copy
    }

    func transform(_ record: Record) async throws -> [Record] {
        guard let opened else { preconditionFailure("a map is opened before it is used") }
        do {
            let call = try requests.call(for: record)
            return [try use.take(try await reply(to: call, for: record, opened), into: record)]
        } catch let spent as BudgetSpent where spent.passes {
            return [record]
        } catch is OnlyForShow {
            hasSaid.report(
                [(.notice, "what would be asked of a server is not asked in a dry run")], to: opened.logger)
            return [record]
        } catch let error where HTTPMap.isNoRecords(error) {
            throw error
        } catch {
            throw FailedCall(reason: courier.redacted("\(error)"))
        }
    }

    /// Whether an error is not about one record.
    private static func isNoRecords(_ error: any Error) -> Bool {
        error is CancellationError || error is StoreFailure || error is any PermanentFailure
    }

    private func reply(
        to call: HTTPCall, for record: Record, _ opened: TransformOpening
    ) async throws -> HTTPReply {
        guard let keys, let key = try keys.key(of: record, call, opened.calls.hashKey) else {
            return try await ask(call, for: record, opened) { _, _ in [] }
        }
        return try await shared.answer(to: key) {
            if let known = try await answer(to: key, keys, opened) { return known }
            return try await ask(call, for: record, opened) { reply, now in
                [.answer(key, StoredAnswer(json: reply.json, time: now, until: now + keys.lifetime))]
            }
        }
    }

    /// What the state knows. An answer that came before `for` was made shorter does not count for longer.
    private func answer(
        to key: CallKey, _ keys: AnswerKeys, _ opened: TransformOpening
    ) async throws -> HTTPReply? {
        guard let known = try await opened.calls.answer(to: key),
            opened.calls.now.subtractingReportingOverflow(known.time).partialValue < keys.lifetime
        else { return nil }
        return try? HTTPReply(json: known.json)
    }

    /// Asks until there is an answer.
    ///
    /// - Parameter notes: what is to be noted of an answer that can be used.
    private func ask(
        _ call: HTTPCall, for record: Record, _ opened: TransformOpening,
        noting notes: (HTTPReply, _ now: Int64) -> [CallNote]
    ) async throws -> HTTPReply {
        if opened.isForShow, !isFree { throw OnlyForShow() }
        var attempt = 1
        while true {
            var reply: HTTPReply?
            let delivery = try await courier.deliver(call, opened.logger) { call in
                let (answer, kept) = try await exchange(call, for: record, opened, noting: notes)
                reply = kept
                return answer
            }
            switch delivery {
            case .taken:
                guard let reply else { preconditionFailure("an answer that is taken has been kept") }
                return reply
            case .refused(let reason, _): throw FailedCall(reason: reason)
            case .wrong(let error): throw HTTPMisled(cause: error)
            case .again(let reason):
                guard let pause = retry.delay(after: attempt, random: random()) else {
                    throw FailedCall(reason: reason)
                }
                opened.logger.debug("asking again in \(pause.text): \(reason)")
                attempt += 1
                try await courier.fetcher.clock.sleep(pause)
            }
        }
    }

    /// Sends a request once, and notes what it was answered and what that has cost.
    private func exchange(
        _ call: HTTPCall, for record: Record, _ opened: TransformOpening,
        noting notes: (HTTPReply, _ now: Int64) -> [CallNote]
    ) async throws -> (HTTPAnswer, HTTPReply?) {
        let slot = try await meter?.book(opened, courier.fetcher.clock)
        do {
            let answer = try await courier.send(call)
            var reply: HTTPReply?
            if courier.isAnswer(answer.status) {
                reply = try await keep(answer, slot, for: record, opened, noting: notes)
            } else if let slot, let note = meter?.refund(slot: slot, opened.calls) {
                try await opened.calls.write([note])
            }
            await meter?.end()
            return (answer, reply)
        } catch {
            await meter?.end()
            throw error
        }
    }

    /// Notes an answer, and what it has cost. One of which nothing can be kept is paid for and forgotten.
    private func keep(
        _ answer: HTTPAnswer, _ slot: Int64?, for record: Record, _ opened: TransformOpening,
        noting notes: (HTTPReply, _ now: Int64) -> [CallNote]
    ) async throws -> HTTPReply {
        let reply = try HTTPReply(answer, as: form)
        var written: [CallNote] = []
        if let slot, let note = meter?.settlement(slot: slot, of: reply.laid(over: record), opened) {
            written.append(note)
        }
        let taken = Result { try use.take(reply, into: record) }
        if case .success = taken { written += notes(reply, opened.calls.now) }
        if !written.isEmpty { try await opened.calls.write(written) }
        _ = try taken.get()
        return reply
    }
}

/// Why a record has no answer, without what no text may show.
struct FailedCall: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}

/// Nothing is asked that costs or changes something.
private struct OnlyForShow: Error {}
