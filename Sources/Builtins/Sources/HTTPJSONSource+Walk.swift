import Fetching
import Logging
import Records
import Streaming

/// One run's way through the pages, on from where the run before has stopped.
struct HTTPJSONWalk {
    private let source: HTTPJSONSource
    private let api: WebAPI
    private let outlet: SourceOutlet
    private var position: HTTPJSONPosition
    /// Whether a run before has named the page that comes next, so that it may have vanished since.
    private var isResumed: Bool
    /// The fingerprints of the pages that this run has read.
    private var seen: Set<String> = []
    /// Whether the last page was among them.
    private var hasComeRound = false
    private var count = 0

    init(_ source: HTTPJSONSource, _ position: HTTPJSONPosition, _ api: WebAPI, _ outlet: SourceOutlet) {
        self.source = source
        self.position = position
        self.api = api
        self.outlet = outlet
        isResumed = position.page != nil
    }

    /// Reads pages up to the last one, or as many as a run may.
    mutating func run() async throws {
        while count < source.maxPages {
            guard try await readPage() else { return }
        }
        outlet.logger.info(
            "\(source.url): as many pages read as 'max' allows; the next run goes on from there")
    }

    /// - Returns: whether there is another page to read: the next one, or the first when there is nothing left of what
    ///   a run before has not read.
    private mutating func readPage() async throws -> Bool {
        let wasResumed = isResumed
        isResumed = false
        let place = position.page ?? firstPage
        let page: HTTPJSONPage
        do {
            let (json, response) = try await ask()
            guard let json else { return try end(at: response) && wasResumed }
            page = try HTTPJSONPage(json, response, items: source.items)
        } catch  where position.page != nil && source.pages.isEnd(error) {
            outlet.logger.debug("\(place): \(error); taken for the end of the pages")
            try finish()
            return wasResumed
        } catch  where wasResumed && WebAPIError.concernsOneDocument(error) {
            outlet.logger.warning(
                "\(place), where the last run stopped: \(error); reading from the first page again")
            position.startOver()
            return true
        }
        guard page.hasItems else {
            try await send(page)
            return wasResumed
        }
        count += 1
        let isNew = seen.insert(page.fingerprint).inserted
        defer { hasComeRound = !isNew }
        return isNew ? try await send(page) : try passOver(page)
    }

    private mutating func ask() async throws -> (page: JSONPage?, response: FetchResponse) {
        var position = position
        defer { self.position = position }
        return try await api.get(
            position.page ?? firstPage, home: source.url,
            validators: position.page == nil ? position.validators : nil, for: outlet,
            // What comes is part of the reading from the first item on: an answer "unchanged" renews them all.
            opening: { try position.open(into: outlet) })
    }

    private var firstPage: WebURL {
        var query = source.pages.firstQuery
        if let since = source.since, let value = position.since {
            query.append((since.parameter, value.text))
        }
        return source.url.setting(query: query)
    }

    /// - Returns: whether there is another page; an empty one is the last.
    @discardableResult
    private mutating func send(_ page: HTTPJSONPage) async throws -> Bool {
        if position.page == nil { position.opened(page.response.validators) }
        try position.begin(page.fingerprint, into: outlet)
        let records = page.records(into: outlet)
        for record in records { try note(record) }
        let next: WebURL?
        do {
            next = page.hasItems ? try source.pages.next(after: page) : nil
        } catch {
            // There is no place to go on from, but that is not the fault of the items.
            try await outlet.send(records)
            throw error
        }
        if let next { position.turn(to: next) } else { position.finish() }
        try await outlet.send(records, then: position.anchor)
        return next != nil
    }

    private mutating func note(_ record: Record) throws {
        guard let since = source.since,
            let found = try since.value.value(
                of: record, { (isNull: $0.isNull, value: SinceValue($0)) }), !found.isNull
        else { return }
        guard let value = found.value else {
            return outlet.reject(
                SourceProblem(
                    place: "\(source.url)", message: "a value of 'since' is no number and no short text"))
        }
        position.note(value)
    }

    /// A page comes again when the list has grown by as much in the meantime; two in a row mean that the pages go round
    /// in circles.
    ///
    /// - Returns: whether there is another page.
    private mutating func passOver(_ page: HTTPJSONPage) throws -> Bool {
        if !hasComeRound, let next = try source.pages.next(after: page) {
            position.turn(to: next)
            try outlet.restart(from: position.anchor)
            return true
        }
        if hasComeRound {
            outlet.logger.warning("\(page.response.url): the pages come again and again; taken for their end")
        }
        try finish()
        return false
    }

    private mutating func finish() throws {
        position.finish()
        try outlet.restart(from: position.anchor)
    }

    /// Keeps what an answer without a page says.
    ///
    /// - Returns: whether it says that there are no items.
    private mutating func end(at response: FetchResponse) throws -> Bool {
        switch response.outcome {
        case .content:
            if position.page == nil { position.opened(response.validators) }
            try finish()
            return true
        case .notModified:
            try position.keep(response.validators, into: outlet)
        case .gone:
            // Where a temporary redirect leads, and a further page, say nothing about the address itself.
            guard position.page == nil, response.url == response.permanentLocation ?? firstPage else {
                throw WebAPIError.gone(place: "\(response.url)")
            }
            outlet.sayGone(source.url)
            position.markGone()
        }
        try outlet.restart(from: position.anchor)
        return false
    }
}
