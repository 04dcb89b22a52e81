import Diagnostics
import PipelineSpec
import Testing

enum Packing: String, OptionEnum {
    case none, gzip
    var doc: String {
        switch self {
        case .none: "As it is."
        case .gzip: "With gzip."
        }
    }
}

struct Writer: Equatable {
    let path: String
    let packing: Packing
    let limit: Int?
}

struct Rules: FieldGroup {
    let when: Condition
    let value: String
    static let options = Options<Rules>(
        Field<Condition>("when", "If.", example: "score > 1"),
        Field<String>("value", "Then.", example: "important")
    ) { Rules(when: $0, value: $1) }
}

@Suite("Options") struct OptionsTests {
    static let writer = Component<Writer>(
        "writer", "Writes.",
        Field<PathTemplate>("path", "Where.", example: "a-{date}.txt"),
        Field<Packing>("packing", default: .none, "How."),
        Field<Int?>("limit", "How many.", .range(1...10))
    ) { path, packing, limit in Writer(path: path.text, packing: packing, limit: limit) }

    static let placed = Component<String>(
        "placed", "Knows its place.", Field<[Rules]>("rules", "Rules."),
        Field<Duration>("every", default: .seconds(5), "Pause.")
    ) { context, rules, every in context.resolve("x") + "\(rules.count) \(every)" }

    static let bare = Component<Int>("bare", "Nothing.") { 7 }

    private func build<P>(_ component: Component<P>, _ yaml: String) throws -> (P?, [String]) {
        let source = SourceText(name: "t.yaml", text: yaml)
        let document = YAMLDocument.read(source)
        var reader = SpecReader(source)
        let place = OptionPlace(owner: "`\(component.name)`", range: .start)
        let make = component.options.read(document.root, at: place, &reader)
        let context = BuildContext(directory: "/spec", pipeline: "p")
        return (
            try make?(context),
            (document.diagnostics + reader.diagnostics).map {
                "\($0.range.start) \($0.rule.rawValue) \($0.message)"
            }
        )
    }

    @Test func `options are read in the order of the fields, with defaults`() throws {
        #expect(
            try build(Self.writer, "{limit: 3, path: x}").0 == Writer(path: "x", packing: .none, limit: 3))
        #expect(try build(Self.writer, "x.txt").0 == Writer(path: "x.txt", packing: .none, limit: nil))
        #expect(try build(Self.placed, "[{when: a, value: b}]").0 == "/spec/x1 5.0 seconds")
        #expect(try build(Self.bare, "").0 == 7)
    }

    @Test func `everything wrong is reported at once`() throws {
        let (product, problems) = try build(Self.writer, "pth: x\npacking: gzp\nlimit: 11\n")
        #expect(product == nil)
        #expect(problems.count == 3, "the misspelt `path` is not missing as well")
    }
}
