import Records
import Testing

@testable import Builtins

/// What is stored of a file.
@Suite struct KnownFileTests {
    private let file = KnownFile(
        path: BytePath(bytes: Array("a/caf\u{E9} 100% ".utf8) + [0xFF, 0x0A]),
        identity: InputIdentity(device: .max, inode: .max, born: 5),
        position: JSONLinesPosition(offset: 5000, line: 12, index: 10),
        print: ContentPrint(headLength: ContentPrint.span, head: "0a", tail: "0b"))

    @Test func isReadBackAsItWas() throws {
        let text = file.json.text
        #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(KnownFile(json: try JSON(parsing: text)) == file)
    }

    @Test(arguments: [
        ("offset", JSON.int(-1)), ("offset", .int(.min)), ("offset", .double(1e300)),
        ("offset", .string("1")),
        ("line", .int(-5)), ("line", .int(.max)), ("index", .int(-1)), ("index", .int(.max)),
        ("head_length", .int(.max)), ("head_length", .int(0)), ("head_length", .int(-1)),
        ("path", .string("a%")), ("path", .string("%zz")), ("path", .null), ("device", .null),
        ("inode", .bool(true))
    ])
    func isRefusedWhereItCannotBeRight(name: String, value: JSON) {
        guard case .object(var members) = file.json else { return }
        members[name] = value
        #expect(KnownFile(json: .object(members)) == nil)
    }

    @Test func aPathBelowTheSpecsFolderIsRelativeToIt() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "a")
        let base = PathBase(directory: folder.path)
        let path = try #require(BytePath("\(folder.path)/./a").real)
        #expect(base.relative(path) == BytePath("a"))
        #expect(base.absolute(BytePath("a")) == path)
        #expect(base.relative(BytePath("/etc/a")) == BytePath("/etc/a"))
        #expect(base.absolute(BytePath("/etc/a")) == BytePath("/etc/a"))
    }

    @Test func theBeginningOfANewFileLeavesOutALineThatHasNotEnded() {
        #expect(ContentPrint(ofStart: Array("one\ntw".utf8)) == ContentPrint(ofStart: Array("one\n".utf8)))
        #expect(ContentPrint(ofStart: Array("tw".utf8)).headLength == 0)
    }
}
