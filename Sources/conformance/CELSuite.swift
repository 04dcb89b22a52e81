import CEL
import Foundation
import Records

/// The cases of the Common Expression Language: an expression, its surroundings, and what it must give.
struct CELSuite: Suite {
    static let name = "cel"

    func run(folder: String) throws(SuiteError) -> [CaseResult] {
        let (cases, names) = try files(below: folder)
        var results: [CaseResult] = []
        for name in names {
            let document = try read(cases + "/" + name)
            for section in document["sections"]?.array ?? [] {
                for test in section["tests"]?.array ?? [] {
                    let id = test["id"]?.string ?? ""
                    let failure = CELCase(test).map { $0.failure() } ?? CELSuite.unreadable(test)
                    results.append(
                        CaseResult(area: document["file"]?.string ?? name, id: id, failure: failure))
                }
            }
        }
        return results
    }

    private static func unreadable(_ test: JSON) -> CaseResult.Failure {
        CaseResult.Failure(expected: "a case in the known format", found: String(test.text.prefix(200)))
    }

    private func files(below folder: String) throws(SuiteError) -> (folder: String, names: [String]) {
        for candidate in [folder, folder + "/cel"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: candidate)) ?? []
            let cases = names.filter { $0.hasSuffix(".json") }.sorted()
            guard let first = cases.first, (try? read(candidate + "/" + first))?["sections"] != nil else {
                continue
            }
            return (candidate, cases)
        }
        throw .noCases(folder: folder, expected: "*.json with sections of tests, or cel/ with them")
    }

    private func read(_ path: String) throws(SuiteError) -> JSON {
        do {
            return try JSON(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
    }
}
