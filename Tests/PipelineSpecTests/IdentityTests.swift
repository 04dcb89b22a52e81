import Diagnostics
import PipelineSpec
import Streaming
import Testing

@Suite("What entries are known by") struct IdentityTests {
    private func source(_ entry: String, _ mode: ReadingMode = .checking) throws -> SourceSpec {
        try validSpec("name: x\nsources: [\(entry)]\nstages: [tap: stdout]\n", mode).sources[0]
    }

    private func stages(_ entries: String) throws -> [StageSpec] {
        try validSpec("name: x\nsources: [generate]\nstages: [\(entries)]\n").stages
    }

    private func sinks(_ spec: PipelineSpec) -> [SinkSpec] {
        spec.stages.flatMap(\.parts.sinks)
    }

    @Test(arguments: [
        ("jsonl: items/*.jsonl", "jsonl items/*.jsonl"),
        ("jsonl: \"items/*.jsonl\"", "jsonl items/*.jsonl"),
        ("jsonl: { path: [items/*.jsonl] }", "jsonl items/*.jsonl"),
        ("jsonl: ./items//*.jsonl", "jsonl items/*.jsonl"),
        ("jsonl: ../a/", "jsonl ../a"),
        ("jsonl: /a/./b", "jsonl /a/b"),
        ("jsonl: [b, ./a, a]", "jsonl [a, b]"),
        ("jsonl: my file", "jsonl my file"),
        ("jsonl: \"a #2\"", "jsonl \"a #2\""),
        ("rss: https://example.org//./feed?a=b", "rss https://example.org//./feed?a=b"),
        ("reddit: swift", "reddit swift"),
        ("{ reddit: { limit: 9, subreddit: swift }, name: s, every: 5m, rate_limit: 1/s }", "reddit swift"),
        ("mastodon: https://a.test", "mastodon https://a.test"),
        ("mastodon: { tag: ai, instance: https://a.test, token: t }", "mastodon https://a.test tag=ai"),
        ("generate", "generate"),
        ("generate: { seed: 0x1, count: 5 }", "generate"),
        ("generate: { seed: 0x10 }", "generate seed=16"),
        ("generate: { seed: 16 }", "generate seed=16")
    ])
    func `a source is known by its component and by where it reads`(entry: String, identity: String) throws {
        #expect(try source(entry).identity == Identity(identity))
    }

    @Test(arguments: [
        ("filter: a&&b", "filter a && b"),
        ("filter: \"a &&\\n  b\"", "filter a && b"),
        ("filter: 'x == \"a  b\"'", "filter x == \"a  b\""),
        ("map: clean", "map clean"),
        ("map: { clean: { fields: [title, summary] } }", "map clean"),
        ("map: { truncate: { length: 9, field: a } }", "map truncate a length=9"),
        ("map: { set: { b: 'size( x )', a: t } }", "map set {a: t, b: size(x)}"),
        ("dedup: { key: url, history: 5h }", "dedup url"),
        ("dedup: { key: [url] }", "dedup url"),
        ("dedup: { key: [title, url] }", "dedup [title, url]"),
        ("dedup: { key: [url, title] }", "dedup [title, url]"),
        ("rate_limit: 5/s", "rate_limit"),
        ("batch: { size: 5, every: 1s }", "batch"),
        ("tap: [{ jsonl: b }, { jsonl: { path: ./a, compression: gzip } }]", "tap jsonl a, jsonl b"),
        ("{ tap: stdout, name: t, when: a }", "tap stdout")
    ])
    func `a stage is known by what makes it the one that it is`(entry: String, identity: String) throws {
        #expect(
            try stages(entry + (entry.contains("tap") ? "" : ", tap: stdout"))[0].identity
                == Identity(identity))
    }

    @Test(arguments: [
        ("/srv/news/in/a.jsonl", "in/a.jsonl"), ("in/a.jsonl", "in/a.jsonl"), ("./in//a.jsonl", "in/a.jsonl"),
        ("/srv/news/./in/a.jsonl", "in/a.jsonl"), ("/srv/newsletter/a.jsonl", "/srv/newsletter/a.jsonl"),
        ("/srv/news", "/srv/news"), ("https://example.org/srv/news/a", "https://example.org/srv/news/a")
    ])
    func `a path in the folder of the spec is the same from the root`(path: String, known: String) {
        #expect(SpecPath.canonical(path, in: "/srv/news") == known)
    }

    @Test func `equal entries are told apart by their order among each other`() throws {
        let text = """
            name: x
            sources: [generate, jsonl: a, { generate: { count: 5 }, name: z }, generate: { seed: 2 }, generate]
            stages: [dedup: { key: a }, batch: 1, dedup: { key: b }, batch: 2, tap: stdout]
            """
        let spec = try validSpec(text)
        #expect(
            spec.sources.map(\.identity.text) == [
                "generate", "jsonl a", "generate #2", "generate seed=2", "generate #3"
            ])
        #expect(
            spec.stages.map(\.identity.text) == ["dedup a", "batch", "dedup b", "batch #2", "tap stdout"])
    }

    @Test func `a value from outside stands as it is spelled, and apart from the text`() throws {
        let outside = OutsideValues(environment: ["DIR": "./secret", "N": "7"], file: { _ in [] })
        let entry = "jsonl: [\"${DIR}/b\", a, \"${DIR}/a\"]"
        #expect(try source(entry).identity == Identity("jsonl [\"${DIR}/a\", \"${DIR}/b\", a]"))
        #expect(
            try source(entry, .resolving(outside)).identity
                == Identity("jsonl [\"${DIR}/a\", \"${DIR}/b\", a]", outside: ["secret/a", "secret/b"]))
        #expect(
            try source("generate: { seed: \"${N}\" }", .resolving(outside)).identity
                == Identity("generate seed=${N}", outside: ["7"]))
        #expect(try source("jsonl: \"$${DIR}\"").identity == Identity("jsonl $${DIR}"))
    }

    @Test func `names of files that differ only in how their letters are composed are two`() throws {
        let composed = try source("jsonl: \"\\u00e9.jsonl\"").identity
        let decomposed = try source("jsonl: \"e\\u0301.jsonl\"").identity
        #expect(composed.text == "jsonl é.jsonl")
        #expect(decomposed.text == "jsonl \"e\\u{301}.jsonl\"")
        #expect(composed != decomposed)
    }

    @Test func `a long text is cut, and still differs by its end`() throws {
        let long = String(repeating: "a", count: 5000)
        let first = try source("jsonl: \(long)b").identity.text
        let second = try source("jsonl: \(long)c").identity.text
        #expect(first.utf8.count < 200)
        #expect(first.hasPrefix("jsonl aaa"))
        #expect(first != second)
        #expect(try source("jsonl: \(long)b").identity.text == first)
    }

    @Test func `defaults of the file count as if they stood in the entry`() throws {
        let text = """
            name: x
            defaults: { generate: { seed: 5 }, sqlite: { table: t } }
            sources: [generate, generate: { seed: 1 }]
            stages: [tap: { sqlite: a.db }]
            """
        let spec = try validSpec(text)
        #expect(spec.sources.map(\.identity.text) == ["generate seed=5", "generate"])
        #expect(sinks(spec).map(\.identity.text) == ["sqlite a.db table=t"])
    }

    @Test func `sinks of one address are one sink, however they are written`() throws {
        let text = """
            name: x
            sinks: { archive: { jsonl: ./a.jsonl } }
            sources: [generate]
            stages:
              - tap: [stdout, { jsonl: b.jsonl }, { ref: archive }]
              - tap: [{ jsonl: { path: a.jsonl } }, stdout, { jsonl: b.jsonl, name: b }, { jsonl: b.jsonl, name: b }]
            """
        let sinks = sinks(try validSpec(text))
        #expect(
            sinks.map(\.identity.text) == [
                "stdout", "jsonl b.jsonl", "jsonl a.jsonl", "jsonl a.jsonl", "stdout", "jsonl b.jsonl",
                "jsonl b.jsonl"
            ])
        #expect(
            sinks.map(\.name) == ["stdout", "jsonl:b.jsonl", "archive", "archive", "stdout", "b", "b"])
    }

    @Test func `sinks of one address with other options can be told`() throws {
        let text = """
            name: x
            sources: [generate]
            stages: [tap: [{ jsonl: a }, { jsonl: { path: a, compression: none } }, { jsonl: { path: a, compression: gzip } }]]
            """
        let sinks = sinks(try validSpec(text))
        #expect(sinks[0].spelling == sinks[1].spelling)
        #expect(sinks[0].identity == sinks[2].identity)
        #expect(sinks[0].spelling != sinks[2].spelling)
    }

    @Test(arguments: [
        ("jsonl: items/*.jsonl", "jsonl:items/*.jsonl"),
        (
            "rss: https://feeds.bbci.co.uk/news/technology/rss.xml",
            "rss:feeds.bbci.co.uk/news/technology/rss.xml"
        ),
        ("rss: \"https://me:secret@a.test/feed/?key=secret#x\"", "rss:a.test/feed"),
        ("rss: \"https://${HOST:?a/b}/feed?key=${KEY}\"", "rss:${HOST:?a/b}/feed"),
        ("rss: \"${URL}\"", "rss:${URL}"),
        ("mastodon: { instance: https://a.test, tag: ai }", "mastodon:a.test,tag=ai"),
        ("generate: { count: 9 }", "generate"),
        ("generate: { seed: 2 }", "generate:seed=2"),
        ("jsonl: \"a\\nb\"", "jsonl:a b"),
        (
            "jsonl: a-rather-long-folder/and-another-one-within/and-a-file-with-a-long-name.jsonl",
            "jsonl:a-rather-long-folder/and…a-file-with-a-long-name.jsonl"
        )
    ])
    func `a source without a name is called by where it reads`(entry: String, name: String) throws {
        #expect(try source(entry).name == name)
    }

    @Test func `what was there under another address is named with was`() throws {
        let text = """
            name: x
            sinks: { archive: { jsonl: new.jsonl, was: ./old.jsonl } }
            sources: [{ jsonl: new/*, was: "jsonl old/*" }, { rss: a, was: jsonl a }, { jsonl: b, was: tech }]
            stages: [{ batch: 2, was: pile }, tap: [{ ref: archive }, { sqlite: { path: a, table: t }, was: a }]]
            """
        let spec = try validSpec(text)
        #expect(spec.sources.map(\.was) == ["jsonl old/*", "jsonl a", "tech"])
        #expect(spec.stages.map(\.was) == ["pile", nil])
        #expect(sinks(spec).map(\.was) == ["old.jsonl", "a"])
    }

    @Test func `what stands beside a tap is meant for its sink`() throws {
        let spec = try validSpec(
            """
            name: x
            sources: [{ jsonl: a }]
            stages: [{ tap: { jsonl: new }, was: old }, { tap: { sqlite: n.db }, was: sqlite o.db }]
            """)
        #expect(sinks(spec).map(\.was) == ["old", "sqlite o.db"])
        #expect(spec.stages.map(\.was) == ["tap jsonl old", "tap sqlite o.db"])
        for (tap, was) in [("[stdout, { jsonl: b }]", "a"), ("stdout", "stdout")] {
            let reading = readSpec(
                "name: x\nsources: [{ jsonl: a }]\nstages: [{ tap: \(tap), was: \(was) }]\n")
            #expect(reading.diagnostics.diagnostics.map(\.rule) == [.ineffectiveOption], "\(tap)")
        }
    }

    @Test func `the history of another key cannot be carried over`() throws {
        let text = "name: x\nsources: [{ jsonl: a }]\nstages: [{ dedup: url, was: link }, { tap: stdout }]\n"
        let reading = readSpec(text)
        #expect(reading.spec?.stages.map(\.was) == [nil, nil])
        let diagnostic = try #require(reading.diagnostics.diagnostics.first)
        #expect(
            diagnostic.rule == .ineffectiveOption && diagnostic.message.hasPrefix("`was` changes nothing"))
        #expect("\(diagnostic.suggestion as Any)".contains("behind this one"))
    }

    @Test func `an address that an entry has anyway changes nothing`() throws {
        let text = "name: x\nsources: [{ jsonl: a, was: ./a }]\nstages: [{ tap: stdout, was: tap stdout }]\n"
        let reading = readSpec(text)
        #expect(reading.spec != nil)
        #expect(reading.diagnostics.diagnostics.map(\.rule) == [.ineffectiveOption, .ineffectiveOption])
    }
}
