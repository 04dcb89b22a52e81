import Notation
import PipelineSpec
import Streaming

/// The program that a component `exec` runs, and how.
struct ProcessCommand: Sendable {
    /// A path, or a name that is looked for in `PATH`.
    let program: String
    let arguments: [String]
    /// What it is called in messages.
    let name: String
    /// Set beside what this program's own environment has.
    let environment: [(name: String, value: Secret)]
    /// Where it runs.
    let folder: String
    /// The longest line that it may write, in bytes.
    let lineLimit: Int
    /// The time that it has to end by itself when its input does.
    let grace: Duration

    /// - Parameters:
    ///   - command: a program and its arguments; nil where `shell` has a line for the shell instead.
    init(
        _ command: [String]?, shell: String?, environment: OptionMap<Secret>, maxLine: ByteSize,
        grace: Duration, _ context: BuildContext
    ) {
        let command = command ?? []
        // The options hold one of both, and it is not empty.
        name = shell == nil ? command[0] : "sh"
        program = shell == nil ? (name.contains("/") ? context.resolve(name) : name) : "/bin/sh"
        arguments = shell.map { ["-c", $0] } ?? Array(command.dropFirst())
        // What it is called for, so that one script can serve several specs.
        let told = [("FEEDSPINE_PIPELINE", context.pipeline), ("FEEDSPINE_NAME", context.name)]
        self.environment =
            told.map { (name: $0.0, value: Secret($0.1)) }
            + environment.entries.map { (name: $0.key, value: $0.value) }
        folder = context.directory.isEmpty ? "." : context.directory
        lineLimit = maxLine.bytes
        self.grace = grace
    }
}

/// The options that all components `exec` have.
enum ProcessOptions {
    static let details = """
        The program runs in the spec's folder for as long as the pipeline does, and is started again, with growing \
        pauses, when it ends too soon. It reads lines of JSON from its standard input and writes lines of JSON to its \
        standard output; what it writes to its standard error goes to the log. It ends when its input does. No shell is \
        involved unless `shell` asks for one. What the lines hold is described in the guide.
        """

    static let command = Field<[String]?>(
        "command", "The program and its arguments.", .notEmpty, example: "./program.py", role: .address)

    static let shell = Field<String?>(
        "shell", "A line for `/bin/sh` instead.", .notEmpty, example: "jq -c --unbuffered .item",
        role: .address)

    static let environment = Field<OptionMap<Secret>>(
        "env", default: OptionMap([]), "Variables beside those of this program's own environment.")

    static let maxLine = Field<ByteSize>(
        "max_line", default: ByteSize(bytes: 16_000_000), "A program that writes a longer line is ended.",
        .notEmpty)

    static let grace = Field<Duration>(
        "grace", default: .seconds(5), "How long it may take to end when its input has; then it is ended.",
        .positive)

    static let alternatives = ["command", "shell"]

    static let dependency = OptionDependency.refused("command", because: "needs the name of a program") {
        $0.isEmpty("command")
    }
}
