import Fetching
import Logging
import Streaming

/// Asks for a document on the web, with what is known from the last time.
struct WebDocument: Sendable {
    struct Options: Sendable {
        var headers: [(name: String, value: String)] = []
        var token: String?
        /// Bytes, decompressed.
        var maxSize = 50_000_000
        var allowPrivate = false
    }

    let fetcher: Fetcher
    let options: Options

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
        let response = try await fetcher.fetch(try request(url, position))
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
            outlet.logger.warning("\(url) is gone for good (410); it will not be asked for again")
            try await position.markGone(into: outlet)
        }
        return nil
    }

    private func request(_ url: WebURL, _ position: DocumentPosition) throws -> FetchRequest {
        var request = try FetchRequest(position.permanentURL ?? url.string)
        request.validators = position.validators
        request.maxSize = options.maxSize
        request.allowPrivate = options.allowPrivate
        request.headers = options.headers.map { ($0.name, Fetching.Secret($0.value)) }
        if let token = options.token { request.credentials = .bearer(Fetching.Secret(token)) }
        return request
    }
}
