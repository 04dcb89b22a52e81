import Foundation
import Testing

@testable import Builtins

/// The files that a pattern stands for.
@Suite struct GlobTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let files = FileManager.default
        for path in ["logs/x/y", "logs/.hidden", "logs/z", "other[1]"] {
            try files.createDirectory(atPath: "\(folder.path)/\(path)", withIntermediateDirectories: true)
        }
        for name in [
            "logs/a.jsonl", "logs/x/b.jsonl", "logs/x/y/c.jsonl", "logs/.hidden/d.jsonl", "logs/.e.jsonl",
            "items[2026].jsonl", "items2.jsonl", "other[1]/f.jsonl"
        ] {
            try folder.write("", to: name)
        }
        try files.createSymbolicLink(atPath: "\(folder.path)/logs/loop", withDestinationPath: ".")
        try files.createSymbolicLink(
            atPath: "\(folder.path)/logs/z/nowhere.jsonl", withDestinationPath: "gone")
    }

    private func list(_ pattern: String, in folder: String) -> [String] {
        Glob.list(pattern, in: BytePath(folder)).paths.map {
            String("\($0)".dropFirst(folder.utf8.count + 1))
        }
    }

    @Test(arguments: [
        ("logs/*.jsonl", ["logs/a.jsonl"]),
        ("logs/*/*.jsonl", ["logs/loop/a.jsonl", "logs/x/b.jsonl", "logs/z/nowhere.jsonl"]),
        ("logs/**/*.jsonl", ["logs/a.jsonl", "logs/x/b.jsonl", "logs/x/y/c.jsonl", "logs/z/nowhere.jsonl"]),
        ("**/c.jsonl", ["logs/x/y/c.jsonl"]), ("**/x/**/c.jsonl", ["logs/x/y/c.jsonl"]),
        ("logs/x/**", ["logs/x/b.jsonl", "logs/x/y/c.jsonl"]), ("**/**/b.jsonl", ["logs/x/b.jsonl"]),
        ("logs/.*.jsonl", ["logs/.e.jsonl"]), ("logs/[!b].jsonl", ["logs/a.jsonl"]),
        ("logs/?", ["logs/x", "logs/z"]), ("logs/*/gone.jsonl", []), ("none/*.jsonl", []),
        // A file that has the pattern for a name, beside those that it stands for.
        ("items[2026].jsonl", ["items2.jsonl", "items[2026].jsonl"])
    ])
    func standsFor(pattern: String, expected: [String]) {
        #expect(list(pattern, in: folder.path) == expected)
    }

    @Test func nothingIsSpecialInTheNameOfTheFolderThatItStartsFrom() {
        #expect(list("*.jsonl", in: "\(folder.path)/other[1]") == ["f.jsonl"])
    }

    @Test func manyStarsCostNoMoreThanOne() {
        let pattern = String(repeating: "**/", count: 200) + "c.jsonl"
        #expect(list(pattern, in: folder.path) == ["logs/x/y/c.jsonl"])
    }
}
