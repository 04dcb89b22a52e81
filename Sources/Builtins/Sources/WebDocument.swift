import Fetching
import Logging
import Streaming

/// Asks for a document on the web, with what is known from the last time.
struct WebDocument: Sendable {
    let client: WebClient

    /// The response when there is something new to read; its items are to be sent, then the position ended.
    ///
    /// - Returns: nil when the document has not changed or is gone for good.
    func open(
        _ url: WebURL, _ position: inout DocumentPosition, into outlet: SourceOutlet
    ) async throws -> FetchResponse? {
        if position.isGone {
            outlet.logger.warning("\(url) is gone for good; take the source out of the pipeline")
            return nil
        }
        let request = request(url, position)
        let response = try await client.fetch(request)
        position.move(to: response.permanentLocation?.string)
        switch response.outcome {
        case .content:
            let validators = response.validators
            try position.begin(
                fingerprint: validators?.etag ?? validators?.lastModified, validators: validators,
                into: outlet)
            return response
        case .notModified:
            try await position.keep(response.validators, into: outlet)
        case .gone:
            // Where a temporary redirect leads says nothing about the address itself.
            guard response.url == response.permanentLocation ?? request.url else {
                throw GivenUp(cause: .status(response.status, retryAfter: nil))
            }
            outlet.logger.warning("\(url) is gone for good (410); it will not be asked for again")
            try await position.markGone(into: outlet)
        }
        return nil
    }

    private func request(_ url: WebURL, _ position: DocumentPosition) -> FetchRequest {
        var request = client.request(url)
        request.validators = position.validators
        guard let moved = position.permanentURL.flatMap({ try? WebURL($0) }) else { return request }
        // The fetcher knows which secrets may go along with a redirect, so those that have any take that way again.
        let hasSecrets = request.credentials != nil || !request.headers.isEmpty
        if !hasSecrets || moved.origin == url.origin { request.url = moved }
        return request
    }
}
