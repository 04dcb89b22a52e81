import Fetching
import Logging
import Streaming

/// Asks for a document on the web, with what is known from the last time.
struct WebDocument: Sendable {
    let client: WebClient
    let url: WebURL
    /// The address that the client's headers and credentials are meant for.
    let home: WebURL
    /// The document that named the address, where no person did.
    var referrer: WebURL?
    /// Whether a page named the address, so that another look at the page may find a better one.
    var isFound = false

    /// The response when there is something new to read; the position is to be begun, its items sent, then the position
    /// ended.
    ///
    /// - Returns: nil when the document has not changed or is gone for good.
    func open(_ position: inout DocumentPosition, into outlet: SourceOutlet) async throws -> FetchResponse? {
        if position.isGone {
            outlet.sayGone(url)
            return nil
        }
        let response = try await fetch(&position, for: outlet)
        position.move(to: response.permanentLocation?.string)
        switch response.outcome {
        case .content: return response
        case .notModified:
            try await position.keep(response.validators, into: outlet)
            client.rest(outlet, PollSchedule.Hints(response, position.pace))
        case .gone:
            // Where a temporary redirect leads says nothing about the address itself.
            guard !isFound, response.url == response.permanentLocation ?? url else {
                throw GivenUp(place: "\(url)", cause: .status(response.status, retryAfter: nil))
            }
            outlet.sayGone(url)
            try await position.markGone(into: outlet)
        }
        return nil
    }

    /// Asks where the document has moved to, and at its old address when it is no longer there.
    private func fetch(_ position: inout DocumentPosition, for outlet: SourceOutlet) async throws
        -> FetchResponse
    {
        if let moved = position.permanentURL.flatMap({ try? WebURL($0) }) {
            do {
                let response = try await ask(moved, namedBy: url, position, for: outlet)
                if case .gone = response.outcome {} else { return response }
            } catch let error as GivenUp where error.isAbsence {}
            position.moveBack()
        }
        return try await ask(url, namedBy: referrer, position, for: outlet)
    }

    private func ask(
        _ address: WebURL, namedBy referrer: WebURL?, _ position: DocumentPosition, for outlet: SourceOutlet
    ) async throws -> FetchResponse {
        var request = client.request(address, home: home)
        request.referrer = referrer
        request.validators = position.validators
        return try await client.fetch(request, for: outlet)
    }
}

extension SourceOutlet {
    /// Says once in a run that a server has told, now or in an earlier run, that there is nothing any more.
    func sayGone(_ url: WebURL) {
        say(
            .warning,
            once: "source '\(name)': \(url) is gone for good (410) and is not asked for any more; "
                + "take it out of the pipeline")
    }
}
