import Foundation
import Glibc
import Records
import TestSupport
import Testing

@testable import Builtins

/// Whatever others do to files between two readings, each line comes once.
@Suite(.timeLimit(.minutes(10))) struct JSONLinesRotationTests {
    @Test(arguments: 0..<40)
    func eachLineOnce(seed: Int) async throws {
        var world = try World(seed: UInt64(seed))
        let harness = JSONLinesHarness()
        for _ in 0..<30 {
            for _ in 0..<world.random(0...4) { try world.change() }
            let limit = world.random(0...4) == 0 ? world.random(1...5) : nil
            let outcome = try await harness.run("**/*.jsonl", in: world.folder, limit: limit)
            world.add(outcome.lines, limit: limit)
            #expect(outcome.rejected == 0, "\(outcome.log) \(world.story)")
            if limit == nil { try world.check() }
        }
    }
}

/// A folder of logs, and what has been written to it.
private struct World {
    private let root: TemporaryFolder
    private(set) var folder: String
    private var delivered: [String] = []
    private(set) var story: [String] = []
    private var generator: SeededGenerator
    private var written = 0
    private var names = 0
    /// All lines that are whole.
    private var expected: Set<String> = []
    /// By file, what is missing of its last line, and the line if the missing part is not just its end.
    private var open: [String: (rest: String, line: String?)] = [:]
    /// Lines that have not been delivered may not be destroyed.
    private var isAllRead = true
    /// What a copied folder's files are to the system is known only after a run.
    private var isFreshCopy = false
    /// In a copied folder files are known by their names only.
    private var isRenamed = false
    /// Emptied since the last run: their copies are known by them.
    private var emptied: Set<String> = []

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed + 31_000)
        root = try TemporaryFolder()
        folder = root.path + "/0"
        try FileManager.default.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
    }

    mutating func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func add(_ lines: [String], limit: Int?) {
        delivered += lines
        story.append("run\(limit.map { " of \($0)" } ?? "") gives \(lines.map { $0.prefix(8).dropFirst(5) })")
    }

    mutating func check() throws {
        let counts = Dictionary(delivered.map { ($0, 1) }, uniquingKeysWith: +)
        let twice = counts.filter { $0.value > 1 }.keys
        try #require(twice.isEmpty, "twice: \(twice.map { $0.prefix(8) }) \(story)")
        let lost = expected.subtracting(counts.keys)
        try #require(lost.isEmpty, "lost: \(lost.map { $0.prefix(8) }) \(story)")
        isAllRead = true
        isFreshCopy = false
        isRenamed = false
        emptied = []
    }

    mutating func change() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".jsonl") }.sorted()
        guard files.count > 1, let file = files.randomElement(using: &generator) else { return try create() }
        switch random(0...11) {
        case 0...2: try append(to: file)
        case 3: try tear(file)
        case 4: try create()
        case 5... where isFreshCopy: try append(to: file)
        case 5, 6: try rotate(file)
        case 7: try copyAndTruncate(file)
        case 8: try replace(file)
        case 9: try delete(file)
        case 10: try moveFolder()
        default: try swap(file, files.randomElement(using: &generator) ?? file)
        }
    }

    private func path(_ file: String) -> String { "\(folder)/\(file)" }

    private mutating func newName() -> String {
        names += 1
        return (random(0...2) == 0 ? "sub/" : "") + "\(random(0...9))-\(names).jsonl"
    }

    /// A line of some length, without its end.
    private mutating func line() -> String {
        written += 1
        let filler = String(repeating: "x", count: random(0...9) == 0 ? random(0...9000) : random(0...40))
        return "{\"n\":\(written),\"t\":\"\(filler)\"}"
    }

    private mutating func lines() -> String {
        var text = ""
        for _ in 0..<random(1...4) {
            let line = line()
            expected.insert(line)
            text += line + "\n"
        }
        isAllRead = false
        return text
    }

    private mutating func write(_ text: String, to file: String, flags: Int32) throws {
        let descriptor = Glibc.open(path(file), O_WRONLY | O_CREAT | flags, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// Writes the last line to its end.
    private mutating func complete(_ file: String) throws {
        guard let (rest, line) = open.removeValue(forKey: file) else { return }
        if let line {
            expected.insert(line)
            isAllRead = false
        }
        try write(rest, to: file, flags: O_APPEND)
    }

    private mutating func create() throws {
        let file = newName()
        story.append("create \(file)")
        try write(lines(), to: file, flags: O_EXCL)
    }

    private mutating func append(to file: String) throws {
        story.append("append \(file)")
        try complete(file)
        try write(lines(), to: file, flags: O_APPEND)
    }

    /// Writes a part of a line, or all of it but its end.
    private mutating func tear(_ file: String) throws {
        try complete(file)
        let line = line()
        let length = random(0...2) == 0 ? line.utf8.count : random(1...line.utf8.count - 1)
        story.append("tear \(file) at \(length) of \(line.utf8.count)")
        let isWhole = length == line.utf8.count
        if isWhole {
            expected.insert(line)
            isAllRead = false
        }
        open[file] = (String(line.dropFirst(length)) + "\n", isWhole ? nil : line)
        try write(String(line.prefix(length)), to: file, flags: O_APPEND)
    }

    /// `a` becomes another name, and a new `a` begins. Who writes the old one may go on.
    private mutating func rotate(_ file: String) throws {
        let old = newName()
        story.append("rotate \(file) to \(old)")
        isRenamed = true
        try #require(rename(path(file), path(old)) == 0)
        if let rest = open.removeValue(forKey: file) { open[old] = rest }
        if emptied.remove(file) != nil { emptied.insert(old) }
        if random(0...3) > 0 { try write(lines(), to: file, flags: O_EXCL) }
    }

    private mutating func copyAndTruncate(_ file: String) throws {
        try complete(file)
        let copy = newName()
        story.append("copytruncate \(file) to \(copy)")
        emptied.insert(file)
        try FileManager.default.copyItem(atPath: path(file), toPath: path(copy))
        try write(random(0...2) == 0 ? "" : lines(), to: file, flags: O_TRUNC)
    }

    private mutating func replace(_ file: String) throws {
        guard isAllRead, emptied.isEmpty else { return }
        story.append("replace \(file)")
        open[file] = nil
        if random(0...1) == 0 {
            try write(lines(), to: file, flags: O_TRUNC)
        } else {
            try write(lines(), to: "next", flags: O_TRUNC)
            try #require(rename(path("next"), path(file)) == 0)
        }
    }

    private mutating func delete(_ file: String) throws {
        guard isAllRead, emptied.isEmpty else { return }
        story.append("delete \(file)")
        open[file] = nil
        unlink(path(file))
    }

    private mutating func swap(_ a: String, _ b: String) throws {
        guard a != b else { return }
        story.append("swap \(a) and \(b)")
        isRenamed = true
        try #require(rename(path(a), path("swap")) == 0)
        try #require(rename(path(b), path(a)) == 0)
        try #require(rename(path("swap"), path(b)) == 0)
        (open[a], open[b]) = (open[b], open[a])
    }

    private mutating func moveFolder() throws {
        names += 1
        let next = "\(root.path)/\(names)"
        story.append("move or copy the folder")
        if random(0...1) == 0 {
            try #require(rename(folder, next) == 0)
        } else {
            guard emptied.isEmpty, !isRenamed else { return }
            isFreshCopy = true
            try FileManager.default.copyItem(atPath: folder, toPath: next)
        }
        folder = next
    }
}
