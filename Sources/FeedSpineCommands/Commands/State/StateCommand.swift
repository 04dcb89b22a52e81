import ArgumentParser

/// `state`: looks into the state of a pipeline, and takes things out of it.
struct StateCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "state", abstract: "Look into the state of a pipeline, or let it forget something.",
            subcommands: [StateShowCommand.self, SightingsCommand.self, StateForgetCommand.self])
    }
}
