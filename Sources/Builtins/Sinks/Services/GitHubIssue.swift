import Diagnostics
import Notation
import PipelineSpec
import Streaming

/// https://docs.github.com/rest/issues/issues#create-an-issue
enum GitHubIssue {
    static let titleLimit = TextLimit(256, .utf16)
    static let limit = TextLimit(65_536, .utf16)

    static let component = Component<any Sink>(
        "github_issue", "Opens an issue in a GitHub repository.",
        details: """
            The body is Markdown, in which characters of fields that mean something are escaped; a field mentions neither \
            people nor issues. GitHub knows nothing of repetition: an issue that was opened after the last checkpoint is \
            opened again after a crash.
            """,
        Field<String>(
            "repository", "Owner and name.", .repository, example: "example/news", role: .address),
        Field<Secret>("token", "A token that may write issues.", example: "\"${GITHUB_TOKEN}\""),
        Field<PlainTemplate>("title", default: "{title}", "The title.", role: .address),
        Field<PlainTemplate>("text", default: "{summary}\n\n{url}", "The body.", role: .address),
        Field<[String]>("labels", default: [], "Labels.", role: .address),
        ServiceSink.server("https://api.github.com", "The API."), ServiceSink.timeout
    ) { context, repository, token, title, text, labels, server, timeout in
        let title = ServiceText(title, titleLimit)
        let text = ServiceText(text, limit, .github)
        let address = try ServiceSink.url(server, "/repos/\(repository)/issues")
        return try ServiceSink.make(context, hiding: [], timeout: timeout, token: token) { record, key in
            let body = JSONLiteral.present([
                "title": .string(try title.needed(record)), "body": .string(try text.text(record)),
                "labels": .array(labels.map { .string($0) })
            ])
            var call = HTTPCall.json(body.text(), to: address, key: key)
            call.headers = [
                ("Accept", Secret("application/vnd.github+json")),
                ("X-GitHub-Api-Version", Secret("2022-11-28"))
            ]
            return call
        }
    }
    .with(ServiceSink.traits)
}

extension Constraint where Value == String {
    /// Owner and name of a repository.
    fileprivate static let repository = Constraint(
        "the owner and the name with a `/` between", schema: [.init("pattern", "^[^/]+/[^/]+$|\\$\\{")]
    ) { text in
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        return names.count == 2
            && names.allSatisfy { name in
                !name.isEmpty && name != "." && name != ".."
                    && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_.".utf8.contains($0) }
            }
    }
}
