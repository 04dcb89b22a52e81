import Records
import Testing

@testable import Builtins

/// Which files are those that were read, told from what the system says and from what they hold.
@Suite struct FileMatchingTests {
    /// Files in memory, with the system's view of them.
    private struct Disk {
        private(set) var found: [FoundFile] = []
        private var contents: [BytePath: [UInt8]] = [:]

        mutating func add(_ path: String, inode: UInt64, born: Int64? = 1, _ text: String) {
            let file = FoundFile(
                path: BytePath("/" + path), home: BytePath(path),
                identity: InputIdentity(device: 1, inode: inode, born: born), size: text.utf8.count)
            found.append(file)
            contents[file.path] = Array(text.utf8)
        }

        func bytes(_ file: FoundFile, _ offset: Int, _ count: Int) -> [UInt8] {
            Array((contents[file.path] ?? []).dropFirst(offset).prefix(count))
        }

        func match(_ known: KnownFile..., isElsewhere: Bool = false) -> [FileMatch] {
            let numbered = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($0 + 1, $1) })
            return FileMatching.match(found, with: numbered, isElsewhere: isElsewhere, bytes: bytes)
        }
    }

    /// A file that was read to its end when it held a text.
    private func known(_ path: String, inode: UInt64, born: Int64? = 1, _ text: String) -> KnownFile {
        var disk = Disk()
        disk.add(path, inode: inode, text)
        let print = ContentPrint(upTo: text.utf8.count) { disk.bytes(disk.found[0], $0, $1) }
        return KnownFile(
            path: BytePath(path), identity: InputIdentity(device: 1, inode: inode, born: born),
            position: JSONLinesPosition(offset: text.utf8.count, line: 1, index: 1),
            print: print ?? ContentPrint(ofStart: []))
    }

    @Test func aFileThatHasGrownGoesOn() {
        var disk = Disk()
        disk.add("a", inode: 1, "one\ntwo\n")
        #expect(disk.match(known("a", inode: 1, "one\n")) == [.known(1)])
    }

    @Test(arguments: ["zwei\n", "eins und mehr\n", "x\n", ""])
    func aFileThatHoldsSomethingElseStartsAnew(text: String) {
        let old = known("a", inode: 1, "eins\n")
        var rewritten = Disk()
        rewritten.add("a", inode: 1, text)
        #expect(rewritten.match(old) == [.rewritten])
        var replaced = Disk()
        replaced.add("a", inode: 2, text)
        #expect(replaced.match(old) == [.replaced])
    }

    @Test func aCopyAtTheNewAddressOfASourceGoesOnAndAtTheSameAddressIsNew() {
        var disk = Disk()
        disk.add("new/a", inode: 2, "one\ntwo\n")
        disk.add("new/b", inode: 3, "zwei\n")
        let old = known("old/a", inode: 1, "one\n")
        #expect(disk.match(old, isElsewhere: true) == [.renamed(1), .new])
        #expect(disk.match(old) == [.new, .new])
    }

    @Test func aRenamedFileGoesOnUnderItsNewName() {
        var disk = Disk()
        disk.add("a", inode: 2, "three\n")
        disk.add("a.1", inode: 1, "one\ntwo\n")
        #expect(disk.match(known("a", inode: 1, "one\n")) == [.new, .renamed(1)])
    }

    @Test func filesThatSwapNamesKeepTheirPlaces() {
        var disk = Disk()
        disk.add("a", inode: 2, "two\n")
        disk.add("b", inode: 1, "one\n")
        let match = disk.match(known("a", inode: 1, "one\n"), known("b", inode: 2, "two\n"))
        #expect(match == [.renamed(2), .renamed(1)])
    }

    @Test func aCopyGoesOnWhereTheEmptiedOriginalWas() {
        for rest in ["", "three\n", "something longer than before\n"] {
            var disk = Disk()
            disk.add("a", inode: 1, rest)
            disk.add("a.1", inode: 2, "one\ntwo\n")
            #expect(disk.match(known("a", inode: 1, "one\n")) == [.new, .copied(1)])
        }
    }

    @Test func aCopyOfAFileThatIsStillThereIsAnotherFile() {
        var disk = Disk()
        disk.add("a", inode: 1, "one\n")
        disk.add("b", inode: 2, "one\n")
        #expect(disk.match(known("a", inode: 1, "one\n")) == [.known(1), .new])
    }

    @Test func aMovedOrCopiedFolderGoesOn() {
        var disk = Disk()
        disk.add("in/a", inode: 71, born: 9, "one\ntwo\n")
        disk.add("in/b", inode: 72, born: 9, "1\n")
        let match = disk.match(known("in/a", inode: 1, "one\n"), known("in/b", inode: 2, "1\n"))
        #expect(match == [.known(1), .known(2)])
    }

    @Test func theNextOwnerOfAnInodeIsAnotherFile() {
        var disk = Disk()
        disk.add("b", inode: 1, born: 2, "ping\n")
        #expect(disk.match(known("a", inode: 1, born: 1, "ping\n")) == [.new])
        var silent = Disk()
        silent.add("b", inode: 1, born: nil, "ping\n")
        #expect(silent.match(known("a", inode: 1, born: 1, "ping\n")) == [.renamed(1)])
    }

    @Test func theEndOfWhatWasReadCountsToo() {
        let head = String(repeating: "x", count: ContentPrint.span)
        var disk = Disk()
        disk.add("a", inode: 1, head + "TWO\nthree\n")
        #expect(disk.match(known("a", inode: 1, head + "two\n")) == [.rewritten])
    }

    @Test func aFileThatCannotBeReadIsKept() {
        struct Denied: Error {}
        let file = FoundFile(
            path: BytePath("/a"), home: BytePath("a"),
            identity: InputIdentity(device: 1, inode: 1, born: 1), size: 100)
        let match = FileMatching.match([file], with: [7: known("a", inode: 1, "one\n")]) { _, _, _ in
            throw Denied()
        }
        #expect(match == [.unreadable(7)])
    }

    @Test func namesThatLookTheSameAreTwoFiles() {
        var disk = Disk()
        disk.add("caf\u{E9}", inode: 1, "one\n")
        disk.add("cafe\u{301}", inode: 2, "two\n")
        #expect(disk.match(known("cafe\u{301}", inode: 2, "two\n")) == [.new, .known(1)])
        #expect(BytePath("caf\u{E9}") != BytePath("cafe\u{301}"))
    }

    @Test func workGrowsWithTheNumberOfFilesAndNotFaster() {
        var reads: [Int: Int] = [:]
        for count in [100, 400] {
            var disk = Disk()
            var files: [Int: KnownFile] = [:]
            for number in 0..<count {
                // Each was copied and emptied.
                disk.add("\(number)", inode: UInt64(number), "")
                disk.add("\(number).1", inode: UInt64(1000 + number), "line \(number)\n")
                files[number + 1] = known("\(number)", inode: UInt64(number), "line \(number)\n")
            }
            var calls = 0
            let match = FileMatching.match(disk.found, with: files) { file, offset, length in
                calls += 1
                return disk.bytes(file, offset, length)
            }
            #expect(match.filter { if case .copied = $0 { true } else { false } }.count == count)
            reads[count] = calls
        }
        #expect((reads[400] ?? 0) <= 5 * (reads[100] ?? 0))
    }
}
