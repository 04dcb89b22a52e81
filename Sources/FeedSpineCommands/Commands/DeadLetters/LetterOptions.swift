import ArgumentParser
import Feeds
import Hosting
import Notation
import PipelineSpec
import Streaming

/// Which pipeline's dead letters, and which of them.
struct LetterOptions: ParsableArguments {
    @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        help: ArgumentHelp("Only those of this stage; can be given several times.", valueName: "name"))
    var stage: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only those that this sink has refused; can be given several times.", valueName: "name"))
    var sink: [String] = []

    @Option(
        help: ArgumentHelp("Only those from this source; can be given several times.", valueName: "name"))
    var source: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only those since then: a date, a time, or how long ago, such as 2h or 7d.", valueName: "time"))
    var since: Since?

    @Option(
        help: ArgumentHelp("The state file, if not .feedspine/<name>.db beside the spec.", valueName: "file"))
    var state: String?

    /// What the options name; all where they name none.
    var choice: LetterChoice {
        var choice = LetterChoice()
        choice.stages = Set(stage)
        choice.sinks = Set(sink)
        choice.sources = Set(source)
        choice.since = since?.time
        return choice
    }

    var isFilter: Bool { !stage.isEmpty || !sink.isEmpty || !source.isEmpty || since != nil }
}

/// Which letters something is done to: some, or expressly all.
struct LetterNumberOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The numbers that 'list' shows, or the first and the last of several: 3, 7-9.",
            valueName: "number"))
    var numbers: [LetterNumbers] = []

    @Flag(help: "All that there are.")
    var all = false

    func validate(with letters: LetterOptions) throws {
        let isChosen = !numbers.isEmpty || letters.isFilter
        if all, isChosen { throw ValidationError("--all is all of them; leave out what names some.") }
        if !all, !isChosen {
            throw ValidationError("Say which: by number, by --stage, --sink, --source or --since, or --all.")
        }
    }

    func choice(with letters: LetterOptions) -> LetterChoice {
        var choice = letters.choice
        choice.numbers = numbers.map(\.range)
        return choice
    }
}

/// A moment that somebody names.
struct Since: ExpressibleByArgument {
    /// In RFC 3339 in UTC, with milliseconds.
    let time: String

    init?(argument: String) { self.init(argument, now: WallClock.now()) }

    /// - Parameter now: nanoseconds since 1970.
    init?(_ text: String, now: Int64) {
        if let ago = try? Duration(scalar: ScalarText(text: text)) {
            let (seconds, attoseconds) = ago.components
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            let (start, carried) = now.subtractingReportingOverflow(product)
            let (exact, over) = start.subtractingReportingOverflow(attoseconds / 1_000_000_000)
            if overflow || carried || over { return nil }
            time = WallClock.rfc3339(nanoseconds: exact)
        } else if let moment = FeedDate.parse(text) {
            time = moment.rfc3339Milliseconds
        } else {
            return nil
        }
    }
}

/// The number of a letter, or the first and the last of several: `3`, `3-7`.
struct LetterNumbers: ExpressibleByArgument {
    let range: ClosedRange<Int>

    init?(argument: String) {
        let parts = argument.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(part) : nil
        }
        guard numbers.count == parts.count, let first = numbers.first, let last = numbers.last, first > 0,
            first <= last
        else { return nil }
        range = first...last
    }
}
