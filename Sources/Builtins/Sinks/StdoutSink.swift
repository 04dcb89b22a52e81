import Glibc
import PipelineSpec
package import Records
import State
package import Streaming

/// Writes records as JSON Lines to standard output.
package actor StdoutSink: Sink {
    static let component = Component<any Sink>(
        "stdout", "Writes records to standard output, one JSON object a line."
    ) {
        StdoutSink()
    }

    private var output = OutputBuffer()

    package init() {}

    package nonisolated var blocks: Bool { true }

    package func open(_ opening: SinkOpening) {}

    package func write(_ records: [Record]) throws -> [Refusal] {
        output.removeAll()
        for record in records {
            output.append(record)
            output.append(UInt8(ascii: "\n"))
        }
        var rest = UnsafeRawBufferPointer(output.bytes)
        while !rest.isEmpty {
            let count = Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: "standard output", doing: "write to it")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        return []
    }

    package func checkpoint() -> SinkPosition? { nil }

    package func close() {}
}
