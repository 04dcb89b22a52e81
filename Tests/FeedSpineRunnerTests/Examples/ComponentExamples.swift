import FeedSpine
import FeedSpineRunner
import Logging
import Testing

/// What the documentation of components shows, word for word; `DocumentationTests` compares.
@Suite("Examples of components")
struct ComponentExamples {
    @Test("options")
    func options() {
        enum Order: String, OptionWord {
            case rising, falling

            var doc: String {
                switch self {
                case .rising: "The smallest first."
                case .falling: "The largest first."
                }
            }
        }

        let order = Field<Order>("order", default: .rising, "How they are sorted.")
        let path = Field<String>("path", "What to read.", .notEmpty, example: "notes.txt", role: .path)
        let limit = Field<Int>("limit", default: 50, "How many at most.", .range(1...100))
        let prefix = Field<String?>("prefix", "What stands before each.")
        use(order, path, limit, prefix)
    }

    @Test("options of other types")
    func types() {
        let name = Field<String>("name", "What it is called.", example: "a")
        let tags = Field<[String]>("tags", default: [], "What it is about.")
        let pause = Field<Duration?>("pause", "The time between two of them.", .positive)
        use(name, tags, pause)
    }

    @Test("an option")
    func option() {
        let name = Field<String>("name", "What it is called.", .notEmpty, example: "a")
        let type = Int.optionType
        use(name, type)
    }

    @Test("limits")
    func limits() {
        let count = Field<Int>("count", default: 3, "How many.", .range(1...100))
        let step = Field<Int>("step", default: 2, "How far.", Limit("an even number") { $0 % 2 == 0 })
        let even = Limit<Int>("an even number") { $0 % 2 == 0 }
        use(count, step, even)
        do {
            let limit = Limit.range(1...100)
            use(limit)
        }
        do {
            let limit = Limit.atLeast(1)
            use(limit)
        }
        do {
            let limit = Limit.range(0.5...1)
            use(limit)
        }
    }

    @Test("sources")
    func sources() {
        let numbers = Component.source(
            "numbers", "Sends the numbers from 1 on.",
            Field<Int>("count", "How many.", .range(1...1000), example: "3", role: .address)
        ) { count in Numbers(1..<count + 1) }
        let notes = Component.source(
            "notes", "Reads the lines of a text.",
            Field<String>("path", "Where it stands.", .notEmpty, example: "notes.txt", role: .path)
        ) { context, path in Lines(path: context.path(path)) }
        #expect(FeedSpineRunner.problems(of: [numbers, notes]) == [])
        let lines = Component.source("lines", "Reads the lines of a text.") { context in
            let file = context.path("notes.txt")
            return Lines(path: file)
        }
        #expect(FeedSpineRunner.problems(of: [lines]) == [])
    }

    @Test("maps")
    func maps() {
        let shout = Component.map(
            "shout", "Puts a text into capitals.", changes: .none,
            Field<String>("field", "Where it stands.", example: "title")
        ) { field in Shout(field: field) }
        let split = Component.asyncMap("split", "Makes a record of each tag.") { _ in Split() }
        #expect(FeedSpineRunner.problems(of: [shout, split]) == [])
        do {
            let changes = FieldChanges.sets("slug", "content.words")
            use(changes)
        }
        let changes = FieldChanges.sets(option: "field")
        use(changes)
    }

    @Test("stages and sinks")
    func stages() {
        let sample = Component.stage(
            "sample", "Lets one record in so many through.",
            Field<Int>("every", "One of how many.", .atLeast(1), example: "10")
        ) { every in Sample(every: every) }
        let shelf = Component.sink(
            "shelf", "Keeps records in memory.",
            Field<String>("label", "What it is called.", example: "new", role: .address)
        ) { _ in Shelf() }
        #expect(FeedSpineRunner.problems(of: [sample, shelf]) == [])
    }

    @Test("stages and sinks that want to know where they stand")
    func contexts() {
        let sample = Component.stage("sample", "Lets one record in ten through.") { context in
            context.logger.info("'\(context.name)' lets one in ten through")
            return Sample(every: 10)
        }
        let shelf = Component.sink("shelf", "Keeps records in memory.") { context in
            context.logger.info("a shelf for \(context.pipeline)")
            return Shelf()
        }
        #expect(FeedSpineRunner.problems(of: [sample, shelf]) == [])
    }

    @Test("functions")
    func functions() {
        let celsius = Component.function(
            "celsius", "Degrees Fahrenheit in degrees Celsius.", examples: ["celsius(212.0)": "100.0"]
        ) { (fahrenheit: Double) in (fahrenheit - 32) * 5 / 9 }
        let shorter = Component.function("shorter", "Whether a text is the shorter one.") {
            (one: String, other: String) in
            one.count < other.count
        }
        let sample = Component.stage("sample", "Lets one record in ten through.") { _ in Sample(every: 10) }
        let problems = FeedSpineRunner.problems(of: [sample, celsius])
        #expect(problems == [])
        let type = Int.expressionType
        use(shorter, type)
    }

    @Test("programs")
    func programs() {
        struct Program {
            static func main() async {
                await FeedSpineRunner.main(
                    name: "shout-run",
                    components: [
                        .map(
                            "shout", "Puts a text into capitals.",
                            Field<String>("field", "Where it stands.", example: "title")
                        ) {
                            Shout(field: $0)
                        }
                    ])
            }
        }
        func main(_ sample: Component) async {
            await FeedSpineRunner.main(name: "sampler", version: "1.2.0", components: [sample])
        }
        use(Program.main, main)
    }

    private func use<each Value>(_ values: repeat each Value) {}
}
