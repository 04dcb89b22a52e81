import NIOCore
import TestSupport
import Testing

@testable import Fetching

@Suite struct HeadLineEndsTests {
    /// Passes text through in runs of `step` bytes.
    private func mended(_ text: String, step: Int = 1000) -> String {
        var ends = HeadLineEnds()
        var result = ""
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            let piece = ByteBuffer(bytes: bytes[start..<min(start + step, bytes.count)])
            result += String(buffer: ends.isOver ? piece : ends.mend(piece))
        }
        return result
    }

    @Test(arguments: [1, 2, 7, 1000])
    func linesEndAsTheyShouldUpToTheBody(step: Int) {
        let body = "one\n\ntwo\r\n\nthree"
        #expect(
            mended("HTTP/1.1 200 OK\nA: b\r\nC: d\n\n" + body, step: step)
                == "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n" + body)
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\n", "\r\nHTTP/1.0 404\r\n\r\n\n", "no head at all"]
    )
    func whatIsRightStaysAsItIs(text: String) {
        #expect(mended(text) == text)
    }

    @Test func anotherHeadFollowsAnInterimOne() {
        #expect(
            mended("HTTP/1.1 103 Early Hints\nA: b\n\nHTTP/1.1 200 OK\n\n\n")
                == "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\n")
        #expect(mended("HTTP/1.1 101 Switching\n\n\n") == "HTTP/1.1 101 Switching\r\n\r\n\n")
    }

    @Test(arguments: ["\n", "\r\n"])
    func answersOfSuchServersAreRead(end: String) async throws {
        let answer = ["HTTP/1.1 200 OK", "Content-Type: text/xml", "Content-Length: 4", "", "a\n\nb"]
        try await withServer { _, fetcher in
            try await CannedListener.run(answer.joined(separator: end)) { port in
                let response = try await fetcher.fetch("http://127.0.0.1:\(port)/feed")
                #expect(response.headers["content-type"] == "text/xml")
                #expect(try await response.text() == "a\n\nb")
            }
        }
    }
}
