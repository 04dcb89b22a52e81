import Feeds
import Foundation
import Notation
import Records

/// feedparser's own cases: documents with checks on what they say, in the words of feedparser's model; and
/// date texts.
///
/// Cases whose flags name a policy that is deliberately another one here (RFC 3023's ASCII, statistical
/// charset detection) are counted in areas of their own.
struct FeedsSuite: Suite {
    static let name = "feeds"

    func run(folder: String) throws(SuiteError) -> [CaseResult] {
        let folder = try Self.folder(below: folder)
        let manifest = try Self.json(folder + "/manifest.json")
        var results: [CaseResult] = []
        for item in manifest["cases"]?.array ?? [] {
            let testCase = FeedCase(item)
            let bytes = try Self.read(folder + "/" + testCase.file)
            results.append(testCase.result(bytes))
        }
        if let dates = try? Self.json(folder + "/dates.json") {
            results += (dates["cases"]?.array ?? []).map(Self.dateResult)
        }
        return results
    }

    private static func dateResult(_ item: JSON) -> CaseResult {
        let input = item["input"]?.string ?? ""
        // The cases know no fractions of seconds.
        let found = FeedDate.parse(input).flatMap { Timestamp(seconds: $0.seconds)?.rfc3339 }
        let expected = item["expect"]?.string
        return CaseResult(
            area: "dates", id: item["id"]?.string ?? "",
            failure: found == expected
                ? nil : .init(expected: "\(expected ?? "refused") for '\(input)'", found: found ?? "refused"))
    }

    /// The folder with the manifest: the one named, or `feeds` in it.
    private static func folder(below folder: String) throws(SuiteError) -> String {
        for candidate in [folder, folder + "/feeds"]
        where FileManager.default.fileExists(atPath: candidate + "/manifest.json") {
            return candidate
        }
        throw .noCases(folder: folder, expected: "manifest.json and the files that it names")
    }

    private static func json(_ path: String) throws(SuiteError) -> JSON {
        do {
            return try JSON(parsing: read(path))
        } catch let error as JSONError {
            throw .unreadable(file: path, reason: "\(error)")
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
    }

    private static func read(_ path: String) throws(SuiteError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
    }
}

/// One document of the manifest.
struct FeedCase {
    let id: String
    let file: String
    let area: String
    let checks: [JSON]
    let url: String?
    let headers: JSONObject

    init(_ item: JSON) {
        id = item["id"]?.string ?? ""
        file = item["file"]?.string ?? id
        checks = item["checks"]?.array ?? []
        url = item["http"]?["url"]?.string
        headers = item["http"]?["headers"]?.object ?? JSONObject()
        let flags = (item["flags"]?.array ?? []).compactMap(\.string)
        let policy = ["rfc3023", "chardet"].first { flags.contains($0) }
        let area = item["area"]?.string ?? ""
        self.area = policy.map { "\(area) (\($0))" } ?? area
    }

    /// Parses the document and makes every check on it.
    func result(_ bytes: [UInt8]) -> CaseResult {
        let parsed = ParsedFeed(bytes, context: context)
        let model = FeedModel(parsed, headers: headers).root
        var failure = area == "sanitize" ? UnsafeMarkup.failure(in: model) : nil
        for item in checks where failure == nil {
            failure = FeedCheck(item).failure(in: model)
        }
        return CaseResult(area: area, id: id, failure: failure)
    }

    private var context: FeedParser.Context {
        var base = url
        if let location = headers["content-location"]?.string, let url {
            let resolved = URLReference.resolve(location, in: url)
            if URLReference.isSafe(resolved) { base = resolved }
        }
        return FeedParser.Context(
            url: base, contentType: headers["content-type"]?.string,
            language: headers["content-language"]?.string)
    }
}
