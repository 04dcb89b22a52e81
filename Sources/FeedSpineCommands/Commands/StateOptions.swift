import ArgumentParser

/// Which pipeline, over which state: shared by the commands that look into one.
struct StateOptions: ParsableArguments {
    @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        help: ArgumentHelp("The state file, if not .feedspine/<name>.db beside the spec.", valueName: "file"))
    var state: String?
}

/// How what a command was asked is printed: for readers, or for programs.
enum AnswerFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}
