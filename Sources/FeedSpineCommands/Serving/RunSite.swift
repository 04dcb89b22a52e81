import Hosting
import Records
import Serving
import Streaming

/// What a run shows of itself over HTTP.
struct RunSite: Site {
    private let sessions: [Session]
    private let console: Console
    private let feeds: FeedShelf
    private let memory = MetricsMemory()

    init(_ sessions: [Session], console: Console, feeds: FeedShelf) {
        self.sessions = sessions
        self.console = console
        self.feeds = feeds
    }

    /// Health checks know no token, and tell nothing that a closed door would not.
    func isOpen(_ path: RequestPath) -> Bool { path.segments == ["live"] || path.segments == ["ready"] }

    func reply(to path: RequestPath, accepting formats: String?) -> Reply {
        switch (path.segments.first, path.segments.count) {
        case ("", 1): .text(index)
        case ("metrics", 1): metrics(accepting: formats)
        case ("live", 1): .text("alive")
        case ("ready", 1): readiness
        case ("api", 2) where path.segments[1] == "run": figures
        case ("feeds", 2...3): feeds.reply(to: Array(path.segments.dropFirst()))
        default: .notFound("there is nothing here; / tells what there is")
        }
    }

    private var index: String {
        let names = sessions.map { console.shown($0.name) }.joined(separator: ", ")
        let routes = [
            "/metrics  metrics for Prometheus (OpenMetrics)", "/live     whether the process answers",
            "/ready    whether the pipelines run: 503 while they start and stop",
            "/api/run  the figures of the run, as --report has them"
        ]
        let shown = feeds.addresses.map { "\($0.path)  \(console.shown($0.title))" }
        return ([names, ""] + routes + shown).joined(separator: "\n")
    }

    private func metrics(accepting formats: String?) -> Reply {
        let format = MetricsText(accepting: formats)
        let families = memory.raised(RunMetrics(sessions, shown: console.shown).families)
        return Reply(type: format.mediaType, ReplyBody(Array(format.text(of: families).utf8)))
    }

    private var readiness: Reply {
        let phases = sessions.map(\.run.figures.phase)
        if let waiting = phases.first(where: { $0 == .starting || $0 == .stopping }) {
            return .notNow(waiting.word)
        }
        return .text("ready")
    }

    private var figures: Reply {
        let figures = sessions.map { session in
            console.redacted(
                Summary(session, shown: console.shown).json(status: session.run.figures.phase.word))
        }
        return Reply(type: "application/json", ReplyBody(Array((figures.document.prettyText + "\n").utf8)))
    }
}

extension [JSON] {
    /// The figures of a run as one document: of a single pipeline those, of several a list.
    var document: JSON { count == 1 ? self[0] : .array(self) }
}
