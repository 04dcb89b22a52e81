import ArgumentParser
import Foundation

/// How many runs a second the simulation makes: lives of the process, from its start to its end or death, with all that
/// is judged of each.
enum SpeedMeasure {
    static func run(for time: Duration, from first: UInt64) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let before = processorTime
        var seed = first
        var runs = 0
        var deaths = 0
        while clock.now - start < time {
            let result = Simulation.run(Scenario(benchmark: seed))
            if let violation = result.violation {
                print("seed \(seed): \(violation)")
                throw ExitCode.failure
            }
            seed += 1
            runs += result.runs
            deaths += result.deaths
        }
        let rate = Int(Double(runs) / ((clock.now - start) / .seconds(1)))
        let share = Int(Double(runs) / (processorTime - before))
        print(
            "\(rate) runs a second, \(share) a second of processor time: "
                + "\(runs) of \(seed - first) seeds, \(deaths) deaths of the process")
    }

    /// Of this process, in seconds.
    private static var processorTime: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
