import Builtins
import Dispatch
import Foundation
import Hosting
import Logging
import Records
import Serving
import Streaming
import UnixSignals

/// Runs the pipelines of this process side by side, with their display and the signals that stop them.
struct SessionGroup: Sendable {
    let sessions: [Session]
    let console: Console
    let logger: Logger
    let surroundings: Surroundings
    let progress: ProgressStyle
    /// Where the figures go as JSON.
    let report: String?
    let failsOnDeadLetters: Bool
    /// Shows the run to others while it lasts.
    var server: HTTPServer?

    private enum Ending: Sendable {
        case with(ExitStatus)
        /// Whoever read the output has gone; there is nothing to say, and nobody to say it to.
        case outputClosed

        var status: ExitStatus {
            switch self {
            case .with(let status): status
            case .outputClosed: .success
            }
        }
    }

    private enum Event: Sendable {
        case ended(session: Int, Ending)
        case helper
    }

    private var summaries: [Summary] { sessions.map { Summary($0, shown: console.shown) } }

    /// How each pipeline ended, in their order.
    func run() async -> [ExitStatus] {
        let signals = await StopSignals.trap()
        let endings: [Ending]? = await withTaskGroup(of: Event.self) { group in
            if let server, await !listens(server, in: &group) { return nil }
            for (index, session) in sessions.enumerated() {
                group.addTask { .ended(session: index, await run(session)) }
            }
            group.addTask {
                await obey(signals)
                return .helper
            }
            group.addTask { [summaries] in
                let reporter = ProgressReporter(style: progress, summaries: summaries, console: console)
                await reporter.run(clock: surroundings.clock)
                return .helper
            }
            var endings: [Int: Ending] = [:]
            while endings.count < sessions.count, let event = await group.next() {
                if case .ended(let index, let ending) = event { endings[index] = ending }
            }
            group.cancelAll()
            return sessions.indices.compactMap { endings[$0] }
        }
        guard let endings else { return [.failed] }
        return finish(endings)
    }

    /// Starts the server; the run begins only when that listens, and does not end with it.
    private func listens(_ server: HTTPServer, in group: inout TaskGroup<Event>) async -> Bool {
        let (started, start) = AsyncStream.makeStream(of: ListenAddress.self)
        group.addTask { [logger] in
            do {
                try await server.run {
                    start.yield($0)
                    start.finish()
                }
            } catch {
                logger.error("\(error)")
            }
            start.finish()
            return .helper
        }
        for await address in started {
            logger.notice("serving the run at http://\(address)/")
            return true
        }
        return false
    }

    private func run(_ session: Session) async -> Ending {
        do {
            let failed = try await session.execute()
            if failsOnDeadLetters, session.run.figures.failureCount > 0 { return .with(.deadLetters) }
            return .with(failed.isEmpty ? .success : .sourcesFailed)
        } catch is OutputClosed {
            return .outputClosed
        } catch {
            logger.error("pipeline '\(session.name)' failed: \(error)")
            return .with(.failed)
        }
    }

    /// The first signal stops the sources, the second the process.
    private func obey(_ signals: UnixSignalsSequence) async {
        var rule = StopRule()
        for await signal in signals {
            switch rule.heard("\(signal)", at: surroundings.uptime()) {
            case .ignore: continue
            case .endAtOnce:
                console.display([])
                exit(ExitStatus.interrupted.rawValue)
            case .stop:
                logger.notice(
                    "\(signal): stopping; what is in flight is delivered first (a second signal ends at once)"
                )
                for session in sessions { session.run.stop() }
                endLater()
            }
        }
    }

    /// Ends the process when even the shutdown timeout has not ended it: some work cannot be interrupted. What was not
    /// delivered comes with the next run.
    private func endLater() {
        let longest = sessions.map(\.run.pipeline.settings.shutdownTimeout).max() ?? .zero
        let patience = longest + .seconds(5)
        // Not a task: the threads that tasks run on may be what does not end.
        DispatchQueue.global().asyncAfter(deadline: .now() + patience.seconds) { [console, logger] in
            console.display([])
            logger.error("the run did not end within \(longest.text) of the signal; the next one goes on")
            exit(ExitStatus.failed.rawValue)
        }
    }

    private func finish(_ endings: [Ending]) -> [ExitStatus] {
        let statuses = endings.map(\.status)
        if progress != .none {
            for (summary, ending) in zip(summaries, endings) {
                if case .outputClosed = ending { continue }
                console.tell("summary", .info, [("report", summary.json(status: "\(ending.status)"))]) {
                    summary.lines(width: console.width)
                }
            }
        }
        guard let report else { return statuses }
        let figures = zip(summaries, statuses).map { console.redacted($0.json(status: "\($1)")) }
        do {
            try replaceFile(at: report, with: Array((figures.document.prettyText + "\n").utf8))
            return statuses
        } catch {
            logger.error("the report cannot be written: \(error)")
            return statuses + [.failed]
        }
    }
}
