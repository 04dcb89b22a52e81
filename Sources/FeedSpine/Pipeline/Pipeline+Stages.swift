internal import Logging
internal import Pacing
internal import Records
internal import Streaming

extension Pipeline {
    /// Writes each element somewhere, and passes it on when that is done.
    ///
    /// A checkpoint that was not made yet when the program dies has its elements written again: what is written should
    /// bear that, as an upsert does.
    ///
    /// ```swift
    /// let stored = spine.pipeline().batch(100).tap(name: "catalog") { await catalog.add($0) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the stage is called in errors; nil is `tap`.
    ///   - write: called for one element after the other.
    public func tap(
        name: String? = nil, _ write: @escaping @Sendable (Element) async throws -> Void
    ) -> Pipeline {
        let stage = stageName(name, "tap")
        let write = noting(stage) { [elements] (unit: [Records.Record]) async throws in
            try await write(elements.element(of: unit))
        }
        let target = Streaming.Pipeline.Target(
            name: stage, sink: ClosureSink(isBatched: elements.isBatch, body: write))
        return adding(TapOperation([target]), name: name, elements: elements)
    }

    /// Drops the elements whose key was seen within some time, in this run or an earlier one of the same storage.
    ///
    /// A key counts as seen when its element has gone the whole way.
    ///
    /// ```swift
    /// let new = spine.pipeline().dedup(history: .seconds(7 * 86_400)) { $0["url"].string ?? $0.naturalKey }
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the keys are kept under in the storage; nil is `dedup`.
    ///   - history: how long a key counts as seen; each sighting moves that on.
    ///   - sightings: whether the storage keeps, as long, which feeds have shown a key, and when, for
    ///     ``FeedSpine/FeedSpine/sightings(of:in:)``.
    ///   - key: what makes two elements the same; one with nil is like no other.
    public func dedup(
        name: String? = nil, history: Duration = .seconds(86_400),
        sightings: Bool = false, by key: @escaping @Sendable (Element) throws -> String?
    ) -> Pipeline {
        precondition(!elements.isBatch, "batches are not told apart; put the dedup in front of the batch")
        let identification = ClosureIdentification { [elements] in try key(elements.element(of: [$0])) }
        return adding(
            DedupOperation(identification, history: history, ttl: history, keepsSightings: sightings),
            name: name, elements: elements)
    }

    /// Lets at most so many elements through in a time, at a steady rate.
    ///
    /// ```swift
    /// let slow = spine.pipeline().rateLimit(1000, per: .seconds(1))
    /// ```
    ///
    /// - Parameters:
    ///   - count: elements, at least 1.
    ///   - interval: the time, more than none.
    ///   - name: what the stage is called in the storage; nil is `rate_limit`.
    public func rateLimit(_ count: Int, per interval: Duration = .seconds(1), name: String? = nil) -> Pipeline
    {
        precondition(count > 0 && interval > .zero, "a rate is at least one element in some time")
        return adding(RateLimitOperation(Rate(count, per: interval)), name: name, elements: elements)
    }
}

extension Pipeline {
    /// Puts elements together.
    ///
    /// ```swift
    /// let batches = spine.pipeline().batch(100, every: .seconds(5))
    /// ```
    ///
    /// - Parameters:
    ///   - size: elements of a batch, at least 1.
    ///   - every: how long the first element of a batch waits at most; nil is as long as it takes, and to the end.
    ///   - name: what the batch is called in the storage; nil is `batch`.
    public func batch(_ size: Int, every: Duration? = nil, name: String? = nil) -> Pipeline<[Element]> {
        precondition(size > 0, "a batch has at least one element")
        precondition(!elements.isBatch, "a batch of batches; make one of another size")
        return adding(
            BatchOperation(BatchLimits(size: size, every: every)), name: name,
            elements: .batch { [elements] in try $0.map { try elements.element(of: [$0]) } })
    }
}

/// A closure as a sink.
struct ClosureSink: Sink {
    /// Whether what is written together is one element.
    let isBatched: Bool
    let body: @Sendable ([Records.Record]) async throws -> Void

    func open(_ opening: SinkOpening) {}

    func write(_ records: [Records.Record]) async throws -> [Streaming.Refusal] {
        if isBatched {
            try await body(records)
        } else {
            for record in records { try await body([record]) }
        }
        return []
    }

    func checkpoint() -> SinkPosition? { nil }
    func close() {}
}

/// A closure as what makes two records the same.
struct ClosureIdentification: Identification {
    let key: @Sendable (Records.Record) throws -> String?

    func identify(_ record: borrowing Records.Record, into hash: inout SipHash128) -> Bool {
        guard var key = try? key(copy record) else { return false }
        key.withUTF8 { hash.update($0) }
        return true
    }
}
