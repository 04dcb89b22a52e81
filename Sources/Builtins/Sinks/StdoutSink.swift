import Glibc
import PipelineSpec
package import Records
package import Streaming

/// Writes records as JSON Lines to standard output.
package actor StdoutSink: Sink {
    static let component = Component<any Sink>(
        "stdout", "Writes records to standard output, one JSON object a line.",
        details: """
            When whoever reads goes away, as in `| head`, the run ends without a complaint. What is out cannot be \
            taken back: a run that was killed repeats what it wrote after its last checkpoint.
            """
    ) {
        StdoutSink()
    }

    private var lines = TextBuffer()
    private let output: StreamOutput

    /// - Parameter descriptor: where it writes; it stays open.
    package init(descriptor: Int32 = STDOUT_FILENO) {
        output = StreamOutput(descriptor, name: "standard output")
    }

    package nonisolated var blocks: Bool { true }

    package func open(_ opening: SinkOpening) {}

    package func write(_ records: [Record]) throws -> [Refusal] {
        let refusals = lines.fill(records, as: JSONLinesText())
        try output.write(lines.bytes)
        return refusals
    }

    package func checkpoint() -> SinkPosition? { nil }

    package func close() {}
}
