import Builtins
import Diagnostics
import Hosting
import Logging
import PipelineSpec
import Streaming
import TestSupport
import Testing

extension Catalog {
    /// `lines` and `memory`, beside the maps of the build.
    static func scripted(_ outputs: Outputs, lines: [String] = []) -> Catalog {
        Catalog(
            sources: [
                Component<any Source>(
                    "lines", "Sends records that a test has.",
                    Field<Int>("count", default: 0, "How many; all of the test's if 0.")
                ) { count in
                    LineSource(lines: count == 0 ? lines : (1...count).map { "{\"n\":\($0)}" })
                }
            ], maps: Catalog.builtin.maps.components,
            sinks: [
                Component<any Sink>(
                    "memory", "Keeps records in memory.",
                    Field<String>("name", "Where.", example: "all", role: .address)
                ) { name in outputs.sink(name) }
            ])
    }
}

/// A host whose world is in the test's hands, and one spec that stands on no disk.
struct TestHost {
    let outputs = Outputs()
    let log = Log()
    let clock = ManualClock()
    var host: PipelineHost
    let folder: String

    init(lines: [String] = [], folder: String = "/nowhere") {
        host = PipelineHost(
            catalog: .scripted(outputs, lines: lines), expressions: .builtin, logger: log.logger)
        host.surroundings = .manual(clock)
        self.folder = folder
    }

    func file(_ text: String) -> SpecFile { SpecFile(text: text, name: "test.yaml", folder: folder) }

    /// Makes a pipeline ready to run over a store of the test.
    func session(
        _ text: String, options: Session.Options = Session.Options(),
        store: (any CheckpointStore)? = MemoryStore()
    ) throws -> Session {
        let file = file(text)
        let reading = host.read(file, .resolving)
        let spec = try #require(
            reading.spec, "\(reading.diagnostics.diagnostics.map(\.message))")
        return try host.session(
            spec, redactor: reading.redactor, file: file, options: options, store: store)
    }
}
