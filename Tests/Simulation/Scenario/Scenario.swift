/// What is simulated: a spec, and a row of runs with what happens before and during each.
struct Scenario: Sendable, Equatable {
    /// A record of an input. Records of a kind have one dedup key.
    struct Item: Hashable, Sendable {
        /// The source's letter or address.
        let input: String
        let kind: Int
        /// Tells it from others of its kind.
        let number: Int

        var unique: String { input.hasPrefix("/") ? title : "\(input):\(number)" }
        var id: String { input.hasPrefix("/") ? "urn:item:\(title)" : "\(input)-\(kind)" }
        var title: String { input.hasPrefix("/") ? "\(input.dropFirst())-\(kind)" : "\(input) \(kind)" }
        var digit: Int { kind % 10 }

        var line: String {
            let padding = String(repeating: "x", count: number % 5 * 40)
            return "{\"u\":\"\(unique)\",\"id\":\"\(id)\",\"title\":\"\(title)\",\"pad\":\"\(padding)\"}\n"
        }
    }

    /// Something that others do to the world.
    enum Event: Sendable, Equatable {
        /// Records come to a file, or items to a feed.
        case arrive([Item])
        /// The first part of a line; the rest comes with the next arrival.
        case begin(Item)
        /// A log is renamed, and begun anew.
        case rotate(input: String)
        /// A log is copied, and emptied.
        case copyAndEmpty(input: String)
        /// Another program writes to an output.
        case write(to: String, number: Int, isWhole: Bool)
        /// A file takes the place of a log, which is gone; it holds the same, and what has come since.
        case replace(input: String)
        /// Another connection writes to a database for so long.
        case lock(table: String, seconds: Int)
        /// An output is renamed.
        case rotateOutput(String)
        /// The wall clock is set.
        case setClock(bySeconds: Int)
        /// SIGTERM.
        case stop
    }

    enum StateChange: Sendable, Equatable {
        case asItIs
        /// It is as a program of version 1 left it.
        case earlier
        /// One of 0.1.0 stands in its place, and has to be refused; then it is put back.
        case unreleased
    }

    struct Run: Sendable, Equatable {
        /// The spec that it runs.
        var spec: SpecDraft
        /// Whether its spec is an edit by which records may come again, so that `plan` has to say so.
        var mayRepeat = false
        /// What becomes of the state before it.
        var state = StateChange.asItIs
        var before: [Event] = []
        /// By the step of the run.
        var during: [Int: [Event]] = [:]
        /// By the call on files that changes something.
        var faults: [Int: DiskProcess.Fault] = [:]
        /// By the request.
        var answers: [Int: WebServer.Fault] = [:]
        /// The number of the call that reads an input and never returns.
        var hangingRead: Int?
        /// Whether the machine goes down with the process.
        var losesPower = false
    }

    var seed: UInt64
    var runs: [Run]
    /// Whether links lead to inputs, outputs and the state.
    var isLinked = false

    var items: [Item] {
        let generated = (0..<(runs.last?.spec.generated ?? 0)).map { Item(input: "g", kind: $0, number: $0) }
        return generated + arrivals
    }

    private var arrivals: [Item] {
        runs.flatMap { run in
            (run.before + run.during.sorted { $0.key < $1.key }.flatMap(\.value)).flatMap { event -> [Item] in
                switch event {
                case .arrive(let items): items
                case .begin(let item): [item]
                default: []
                }
            }
        }
    }
}
