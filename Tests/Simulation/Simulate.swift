import ArgumentParser
import Foundation

/// Looks for histories that break the law, by seed.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs pipelines in a world that a seed decides, and holds them to the law.",
        discussion: """
            EXAMPLES:
              simulate --count 1000                     the seeds from 0 to 999
              simulate --count 10000 --progress soak    goes on behind the last seed that stands in the file
              simulate --replay 4711                    what happens with one seed, line by line
              simulate --plant keysForgotten            the first seed that finds a planted fault
            """)

    @Option(help: "The first seed.") var first: UInt64 = 0
    @Option(help: "How many seeds.") var count: UInt64 = 1000
    @Option(help: ArgumentHelp("Keeps in a file how far it came, and goes on from there.", valueName: "file"))
    var progress: String?
    @Option(help: ArgumentHelp("Replays one seed, and tells what happens.", valueName: "seed"))
    var replay: UInt64?
    @Option(help: "Runs each seed so often, and compares the traces.") var repeats = 1
    @Option(
        help:
            "Puts a fault into the program, and tells the first seed that finds it, as docs/guarantees.md does."
    )
    var plant: Plant?
    @Option(help: ArgumentHelp("Measures for so long how many runs it makes a second.", valueName: "seconds"))
    var speed: Int?
    @Flag(help: "Rotates the files of lines, at some 500 bytes.") var rotate = false
    @Flag(help: "Tells the hash of each seed's trace.") var traces = false
    @Flag(help: "Tells which components of the catalogue no scenario uses.") var coverage = false
    @Flag(help: "Tells the names of the faults that can be planted.") var listPlants = false

    func run() throws {
        if listPlants { return print(Plant.allCases.map(\.rawValue).joined(separator: "\n")) }
        if coverage { return try Coverage.check(first..<first + count) }
        try Simulate.fixHashing()
        DatabaseSystem.install()
        if let replay { return tell(replay) }
        if let plant { return try find(plant) }
        if let speed { return try SpeedMeasure.run(for: .seconds(speed), from: first) }
        var failures: [UInt64] = []
        var steps = 0
        var deaths = 0
        let start = progress.flatMap(SeedFile.read) ?? first
        for seed in start..<start + count {
            let result = Simulation.run(scenario(seed))
            for _ in 1..<max(1, repeats) where Simulation.run(scenario(seed)).hash != result.hash {
                failures.append(seed)
                print("seed \(seed): the trace is another each time")
            }
            steps += result.steps
            deaths += result.deaths
            if traces { print(seed, String(result.hash, radix: 16)) }
            if let violation = result.violation {
                failures.append(seed)
                print("seed \(seed): \(violation)")
            }
            if let progress { try SeedFile.write(seed + 1, to: progress) }
        }
        print("\(count) seeds, \(steps) steps, \(deaths) deaths of the process, \(failures.count) violations")
        // Last: a run that does not end keeps its files, and those after it may find them in use.
        for seed in failures.prefix(3) { explain(seed) }
        if !failures.isEmpty { throw ExitCode.failure }
    }

    private func scenario(_ seed: UInt64) -> Scenario {
        var scenario = Scenario(seed: seed)
        if rotate { for place in scenario.runs.indices { scenario.runs[place].spec.rotates = true } }
        return scenario
    }

    private func tell(_ seed: UInt64) {
        let result = Simulation.run(scenario(seed), plant: plant, keepsLines: true)
        for line in result.lines { print(line) }
        print("trace \(String(result.hash, radix: 16)): \(result.violation ?? "the law holds")")
    }

    private func explain(_ seed: UInt64) {
        let scenario = scenario(seed)
        // What is wrong, without which record shows it.
        func kind(_ scenario: Scenario) -> Substring? {
            Simulation.run(scenario).violation?.prefix { $0 != ":" }
        }
        let shown = kind(scenario)
        let small = scenario.shrunk { kind($0) == shown }
        print("the shortest history that shows a violation: \(Simulation.run(small).violation ?? "")")
        print(small)
        print("simulate --replay \(seed)\(rotate ? " --rotate" : "")")
    }

    private func find(_ plant: Plant) throws {
        for seed in first..<first + count {
            let scenario = Scenario(seed: seed)
            guard let violation = Simulation.run(scenario, plant: plant).violation else { continue }
            if Simulation.run(scenario).violation != nil { continue }
            print("| \(plant.words) | \(seed) |")
            FileHandle.standardError.write(Data("\(plant.rawValue): seed \(seed): \(violation)\n".utf8))
            return
        }
        print("| \(plant.words) | not found by \(count) seeds |")
        throw ExitCode.failure
    }

    /// Swift orders dictionaries by chance, unless it is told not to before it starts.
    private static func fixHashing() throws {
        let name = "SWIFT_DETERMINISTIC_HASHING"
        if getenv(name) != nil { return }
        setenv(name, "1", 1)
        var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", &arguments)
        throw ValidationError("cannot start itself anew")
    }
}

extension Plant: ExpressibleByArgument {}

/// The next seed, in a file.
private enum SeedFile {
    static func read(_ path: String) -> UInt64? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    static func write(_ seed: UInt64, to path: String) throws {
        try "\(seed)\n".write(toFile: path, atomically: true, encoding: .utf8)
    }
}
