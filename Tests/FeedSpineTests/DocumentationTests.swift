import Foundation
import Testing

/// The documentation of the library: every public declaration has an example, and each stands in a test word for word.
@Suite("The documentation")
struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../").standardized

    /// Where the declarations of the products stand.
    private static let products = ["Sources/FeedSpine", "Sources/FeedSpineRunner"]

    @Test("each example stands in a test that runs it")
    func examples() throws {
        let tests = try ["Tests/FeedSpineTests/Examples", "Tests/FeedSpineRunnerTests/Examples"]
            .flatMap { try Self.files(under: $0, ending: ".swift") }.map(Self.lines)
        var count = 0
        let files =
            try Self.products.flatMap {
                try Self.files(under: $0, ending: ".swift") + Self.files(under: $0, ending: ".md")
            } + [Self.root.appending(path: "README.md")]
        for file in files {
            for example in Self.examples(in: try Self.lines(file)) {
                count += 1
                let isTested = tests.contains { Self.contains($0, example) }
                #expect(isTested, "\(file.lastPathComponent): \(example.joined(separator: "\n"))")
            }
        }
        #expect(count > 30)
    }

    @Test("every public declaration has a docstring, with an example where something can be called")
    func declarations() throws {
        var count = 0
        for file in try Self.products.flatMap({ try Self.files(under: $0, ending: ".swift") }) {
            let lines = try Self.lines(file)
            for (index, line) in lines.enumerated()
            where line.hasPrefix("public ") || line.contains(" public ") {
                guard !line.hasPrefix("///"), !line.hasPrefix("public import") else { continue }
                count += 1
                let comment = lines[..<index].reversed().drop { $0.hasPrefix("@") }.prefix {
                    $0.hasPrefix("///")
                }
                #expect(!comment.isEmpty, "\(file.lastPathComponent): \(line)")
                guard ["func ", "init", "struct ", "class ", "enum "].contains(where: line.contains) else {
                    continue
                }
                #expect(comment.contains("/// ```swift"), "\(file.lastPathComponent): \(line)")
            }
        }
        #expect(count > 30)
    }

    private static func files(under folder: String, ending: String) throws -> [URL] {
        let folder = root.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return names.filter { $0.hasSuffix(ending) }.sorted().map { folder.appending(path: $0) }
    }

    /// Without indentation.
    private static func lines(_ file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The blocks of Swift in docstrings or Markdown.
    private static func examples(in lines: [String]) -> [[String]] {
        var examples: [[String]] = []
        var open: [String]?
        for line in lines {
            let text =
                line.hasPrefix("///") ? line.dropFirst(3).trimmingCharacters(in: .whitespaces) : line
            if text == "```swift" {
                open = []
            } else if text == "```", let example = open {
                examples.append(example)
                open = nil
            } else {
                open?.append(text)
            }
        }
        return examples
    }

    private static func contains(_ lines: [String], _ example: [String]) -> Bool {
        guard let first = example.first, lines.count >= example.count else { return false }
        return (0...lines.count - example.count).contains { start in
            lines[start] == first && lines[start..<start + example.count].elementsEqual(example)
        }
    }
}
