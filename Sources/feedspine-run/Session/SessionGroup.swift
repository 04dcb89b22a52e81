import Dispatch
import Foundation
import Logging
import Records
import State
import Streaming
import UnixSignals

/// Runs the pipelines of this process side by side, with their display and the signals that stop them.
struct SessionGroup: Sendable {
    let sessions: [Session]
    let console: Console
    let logger: Logger
    let progress: ProgressStyle
    /// Where the figures go as JSON.
    let report: String?

    private enum Event: Sendable {
        case ended(session: Int, ExitStatus)
        case helper
    }

    /// How each pipeline ended, in their order.
    func run() async throws -> [ExitStatus] {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let statuses = await withTaskGroup(of: Event.self) { group in
            for (index, session) in sessions.enumerated() {
                group.addTask { .ended(session: index, await run(session)) }
            }
            for session in sessions {
                group.addTask {
                    await session.watchFirstItem()
                    return .helper
                }
            }
            group.addTask {
                await obey(signals)
                return .helper
            }
            let summaries = sessions.map(\.summary)
            group.addTask {
                await ProgressReporter(style: progress, summaries: summaries, console: console).run()
                return .helper
            }
            var statuses: [Int: ExitStatus] = [:]
            while statuses.count < sessions.count, let event = await group.next() {
                if case .ended(let index, let status) = event { statuses[index] = status }
            }
            group.cancelAll()
            return sessions.indices.compactMap { statuses[$0] }
        }
        try finish(statuses)
        return statuses
    }

    private func run(_ session: Session) async -> ExitStatus {
        do {
            let failed = try await session.run.run()
            if let warning = session.summary.warning {
                logger.warning("pipeline '\(session.name)': \(warning)")
            }
            return failed.isEmpty ? .success : .sourcesFailed
        } catch {
            logger.error("pipeline '\(session.name)' failed: \(error)")
            return .failed
        }
    }

    /// The first signal stops the sources, the second the process.
    private func obey(_ signals: UnixSignalsSequence) async {
        var stopped = false
        for await signal in signals {
            if stopped {
                console.display([])
                exit(ExitStatus.interrupted.rawValue)
            }
            stopped = true
            logger.notice(
                "\(signal): stopping; what is in flight is delivered first (a second signal ends at once)")
            for session in sessions { session.run.stop() }
            endLater()
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

    private func finish(_ statuses: [ExitStatus]) throws {
        if progress != .none {
            for session in sessions {
                for line in session.summary.lines(width: console.width) { console.print(line) }
            }
        }
        guard let report else { return }
        let figures = zip(sessions, statuses).map { $0.summary.json(status: "\($1)", redact: console.redact) }
        let json = figures.count == 1 ? figures[0] : JSON.array(figures)
        try makeFolders(for: report)
        try Data((json.prettyText + "\n").utf8).write(to: URL(fileURLWithPath: report), options: .atomic)
    }
}
