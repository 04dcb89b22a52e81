import Foundation
import Records

/// Runs the cases of other projects against this one and says which fail.
@main
enum Conformance {
    /// One line for each suite that there is.
    private static let suites: [any Suite] = [
        JSONSuite(),
        CELSuite(),
        FeedsSuite()
    ]

    private enum Status {
        static let allPassed: Int32 = 0
        static let someFailed: Int32 = 1
        static let wrongUsage: Int32 = 64
    }

    static func main() { exit(run(Array(CommandLine.arguments.dropFirst()))) }

    private static func run(_ words: [String]) -> Int32 {
        let arguments: Arguments
        do {
            arguments = try Arguments(words)
        } catch {
            return refuse("\(error)")
        }
        guard let suite = suites.first(where: { type(of: $0).name == arguments.suite }) else {
            return refuse("unknown suite '\(arguments.suite)'")
        }
        do throws(SuiteError) {
            let report = Report(suite: arguments.suite, results: try suite.run(folder: arguments.folder))
            print(
                arguments.isJSON ? report.json.prettyText : report.text(withFailures: arguments.showsFailures)
            )
            return report.failed == 0 ? Status.allPassed : Status.someFailed
        } catch {
            return refuse("\(error)")
        }
    }

    private static func refuse(_ message: String) -> Int32 {
        let names = suites.map { type(of: $0).name }.joined(separator: "|")
        let text = "conformance: \(message)\nusage: conformance \(names) DIR [--failures] [--json]\n"
        FileHandle.standardError.write(Data(text.utf8))
        return Status.wrongUsage
    }
}
