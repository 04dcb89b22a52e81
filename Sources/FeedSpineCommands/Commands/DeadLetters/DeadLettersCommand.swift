import ArgumentParser

/// `dead-letters`: what to do about records that stages and sinks have given up.
struct DeadLettersCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "dead-letters",
            abstract: "Look at the records that a pipeline has given up, send them on, or drop them.",
            subcommands: [
                DeadLettersListCommand.self, DeadLettersReplayCommand.self, DeadLettersDropCommand.self
            ])
    }
}
