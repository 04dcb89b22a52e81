import ArgumentParser

/// `state`: looks into the state of a pipeline.
struct StateCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "state", abstract: "Look into the state of a pipeline.",
            subcommands: [SightingsCommand.self])
    }
}
