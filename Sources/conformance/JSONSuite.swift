import Foundation
import Records

/// JSONTestSuite: each file is one text, and the first letter of its name says what a parser must do with it.
struct JSONSuite: Suite {
    static let name = "json"

    private enum Demand: String, CaseIterable {
        case accept = "y_"
        case refuse = "n_"
        case either = "i_"

        var area: String {
            switch self {
            case .accept: "y_ must be accepted"
            case .refuse: "n_ must be refused"
            case .either: "i_ free to choose"
            }
        }
    }

    func run(folder: String) throws(SuiteError) -> [CaseResult] {
        let (cases, names) = try files(below: folder)
        var results: [CaseResult] = []
        for demand in Demand.allCases {
            for name in names where name.hasPrefix(demand.rawValue) {
                let text = try read(cases + "/" + name)
                results.append(
                    CaseResult(area: demand.area, id: name, failure: JSONSuite.failure(of: text, demand)))
            }
        }
        return results
    }

    private static func failure(of text: [UInt8], _ demand: Demand) -> CaseResult.Failure? {
        do throws(JSONError) {
            let (chunk, root) = try text.withUnsafeBufferPointer { bytes throws(JSONError) in
                try JSONParser().parse(bytes, origin: origin)
            }
            if demand == .refuse { return CaseResult.Failure(expected: "an error", found: "accepted") }
            return try copyingFailure(of: chunk, root)
        } catch {
            return demand == .accept ? CaseResult.Failure(expected: "accepted", found: "\(error)") : nil
        }
    }

    private static let origin = Origin(source: "conformance", received: 0)

    /// What was accepted must also survive being copied, written and read.
    private static func copyingFailure(
        of chunk: Chunk, _ root: UInt32
    ) throws(JSONError) -> CaseResult.Failure? {
        var builder = ChunkBuilder()
        builder.copy(chunk.node(at: root))
        guard let (copy, roots) = try? builder.finish(origin: origin) else {
            return CaseResult.Failure(expected: "a copy", found: "\(ChunkTooLarge())")
        }
        let before = JSON(chunk.node(at: root))
        let written = String(decoding: copy.node(at: roots[0]).text, as: UTF8.self)
        let after = try JSON(parsing: written)
        return after == before ? nil : CaseResult.Failure(expected: before.text, found: after.text)
    }

    /// The case files in the folder itself, or where the suite has them below it.
    private func files(below folder: String) throws(SuiteError) -> (folder: String, names: [String]) {
        for candidate in [folder, folder + "/test_parsing", folder + "/json/test_parsing"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: candidate)) ?? []
            let cases = names.filter { name in
                name.hasSuffix(".json") && Demand.allCases.contains { name.hasPrefix($0.rawValue) }
            }
            if !cases.isEmpty { return (candidate, cases.sorted()) }
        }
        throw .noCases(
            folder: folder, expected: "y_*.json, n_*.json and i_*.json, or test_parsing/ with them")
    }

    private func read(_ path: String) throws(SuiteError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
    }
}
