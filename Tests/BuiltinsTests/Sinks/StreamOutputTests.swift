import Foundation
import Glibc
import Records
import Streaming
import Testing

@testable import Builtins

@Suite struct StreamOutputTests {
    @Test func aReaderThatHasGoneEndsTheRun() async throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        let sink = StdoutSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForReading.close()
        await #expect(throws: OutputClosed()) { try await sink.write(SinkRecords.numbered(0..<1)) }
    }

    @Test func aSlowReaderOfAPipeThatDoesNotBlockGetsEachRecordWhole() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let reader = Thread.detached { pipe.fileHandleForReading.readDataToEndOfFile() }
        let sink = StdoutSink(descriptor: descriptor)
        for start in stride(from: 0, to: 3000, by: 1000) {
            _ = try await sink.write(SinkRecords.numbered(start..<start + 1000, padding: 100))
        }
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: await reader.value, as: UTF8.self).split(separator: "\n")
        #expect(lines.map(String.init) == (0..<3000).map { SinkRecords.line($0, padding: 100) })
    }

    @Test func whatIsOutOfACallThatFailedIsNotRepeated() throws {
        let folder = try Folder()
        let descriptor = open("\(folder.path)/out", O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        let calls = FaultyFileCalls()
        let output = StreamOutput(descriptor, name: "out", calls: calls)
        func write(_ text: String) throws { try Array(text.utf8).withUnsafeBytes { try output.write($0) } }
        try write("one\n")
        calls.fail(after: 0, part: 4, .full)
        #expect(throws: (any Error).self) { try write("two\nthree\n") }
        calls.clear()
        #expect(try folder.text("out") == "one\ntwo\n")
        // Again, record by record, as the engine does in the end.
        try write("two\n")
        try write("three\n")
        #expect(try folder.text("out") == "one\ntwo\nthree\n")
    }
}

extension Thread {
    /// Runs something that blocks on a thread of its own.
    fileprivate static func detached(_ body: @escaping @Sendable () -> Data) -> Task<Data, Never> {
        Task {
            await withCheckedContinuation { continuation in
                Thread { continuation.resume(returning: body()) }.start()
            }
        }
    }
}
