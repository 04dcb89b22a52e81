import ArgumentParser
import Builtins
import PipelineSpec
import Streaming

/// Which of the catalogue's components the scenarios use.
enum Coverage {
    /// What they do not, and why.
    static let exceptions = [
        "sink stdout": "what is printed is the terminal's: it is not on the disk that is held to the law",
        "source exec": "a program is a process of the system's, which no seed decides; see ExecTests",
        "map exec": "as the source", "sink exec": "as the source",
        "sink csv": "its files are those of jsonl; see FileStormTests and FileFormTests",
        "sink text": "as csv",
        "map lookup": "it reads a table and changes nothing; see LookupMapTests",
        "sink email": "its server is libcurl's to talk to, which no seed decides; see EmailTests",
        "sink feed": "its file is replaced, not appended to: `FeedSinkTests` lets it die at any call"
    ]

    /// But for those that send records over HTTP; see `HTTPSinkTests`, `ServiceTests` and `WebhookTests`, and for the map
    /// `HTTPMapTests` and `PayOnceTests`.
    private static func staying<Product>(_ components: ComponentList<Product>) -> [String] {
        components.components.filter { !$0.traits.sendsRequests }.map { "\(components.kind) \($0.name)" }
    }

    static func check(_ seeds: Range<UInt64>) throws {
        let catalog = Catalog.builtin
        let all =
            catalog.sources.names.map { "source \($0)" } + catalog.stages.names.map { "stage \($0)" }
            + staying(catalog.maps) + staying(catalog.sinks)
        var used: Set<String> = []
        for seed in seeds { for run in Scenario(seed: seed).runs { used.formUnion(run.spec.components) } }
        let missing = all.filter { !used.contains($0) && exceptions[$0] == nil }
        let idle = exceptions.keys.filter { used.contains($0) || !all.contains($0) }.sorted()
        for name in missing { print("no scenario uses \(name)") }
        for name in idle { print("\(name) is no exception") }
        guard missing.isEmpty, idle.isEmpty else { throw ExitCode.failure }
        print("\(all.count - exceptions.count) of \(all.count) components of the catalogue are used")
    }
}
