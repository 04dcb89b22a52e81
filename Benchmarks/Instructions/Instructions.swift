import Glibc

/// What `Benchmarks/compare` counts the instructions of.
///
///     Instructions              prints the names of the cases
///     Instructions CASE TIMES   does the work of a case so many times
///
/// All in one thread and the same in every run, so that a count says something of the code alone. The difference of two
/// counts is what the work takes once everything is warm.
@main
enum Instructions {
    private static let cases = Case.parsing + Case.expressions + Case.feeds + Case.pipelines

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first else {
            for name in cases.map(\.name) { print(name) }
            return
        }
        guard let wanted = cases.first(where: { $0.name == name }), arguments.count == 2,
            let times = arguments.last.flatMap({ Int($0) })
        else {
            print("usage: Instructions [CASE TIMES]")
            exit(64)
        }
        let work = try wanted.prepare()
        for _ in 0..<times { try work() }
    }
}

/// A piece of work that is counted.
struct Case: Sendable {
    let name: String
    /// Makes what the work needs.
    let prepare: @Sendable () throws -> () throws -> Void
}
