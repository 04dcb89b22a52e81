import ArgumentParser
import Logging
import Streaming

/// How a run shows where it is.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
    /// Live on a terminal, lines elsewhere.
    case auto
    /// A line now and then.
    case plain
    case none
}

/// Shows the figures of a run while it goes on.
struct ProgressReporter: Sendable {
    /// Time between two lines where there is no terminal.
    static let lineInterval = Duration.seconds(10)
    /// Time between two pictures of the live display.
    private static let frameInterval = Duration.milliseconds(200)

    let style: ProgressStyle
    let summaries: [Summary]
    let console: Console

    /// Reports until the task is cancelled.
    func run(clock: any Clock<Duration>) async {
        do {
            switch style {
            case .none: return
            case .auto where console.isTerminal: try await live(clock)
            case .auto, .plain: try await plain(clock)
            }
        } catch {
            // Cancelled: the run is over.
        }
        console.display([])
    }

    private func live(_ clock: any Clock<Duration>) async throws {
        while true {
            try await clock.sleep(for: ProgressReporter.frameInterval)
            let width = console.width
            let lines = summaries.flatMap { $0.liveLines(width: width) }
            // A display that is taller than the screen could not be erased again.
            console.display(
                lines.count < console.height ? lines : summaries.map { String($0.headline.prefix(width)) })
        }
    }

    private func plain(_ clock: any Clock<Duration>) async throws {
        while true {
            try await clock.sleep(for: ProgressReporter.lineInterval)
            for summary in summaries {
                console.tell("progress", .info, summary.progress) { [summary.headline] }
            }
        }
    }
}
