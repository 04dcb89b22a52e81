/// What a server does with one request, step by step.
package struct Script: Sendable {
    enum Step: Sendable {
        case head(Int, [(name: String, value: String)])
        case bytes([UInt8])
        case gate(Gate)
        case endless([UInt8])
        case end
        case hangUp
        case silence
    }

    private(set) var steps: [Step] = []

    private func adding(_ step: Step) -> Script {
        var script = self
        script.steps.append(step)
        return script
    }

    /// The beginning of an answer; the length is only announced if a header says so, else the body is chunked.
    package static func head(_ status: Int = 200, _ headers: [(name: String, value: String)] = []) -> Script {
        Script().adding(.head(status, headers))
    }

    /// A whole answer with its true length.
    package static func reply(
        _ status: Int = 200, _ headers: [(name: String, value: String)] = [], _ body: String = ""
    ) -> Script {
        reply(status, headers, bytes: Array(body.utf8))
    }

    package static func reply(
        _ status: Int = 200, _ headers: [(name: String, value: String)] = [], bytes: [UInt8]
    ) -> Script {
        let length = status == 304 ? [] : [("Content-Length", "\(bytes.count)")]
        return head(status, headers + length).bytes(bytes).end()
    }

    package static func redirect(_ status: Int, to location: String) -> Script {
        reply(status, [("Location", location)], "moved")
    }

    /// Nothing at all, until the client gives up.
    package static var silence: Script { Script().adding(.silence) }

    /// The connection is closed without a word.
    package static var hangUp: Script { Script().hangUp() }

    package func text(_ text: String) -> Script { bytes(Array(text.utf8)) }

    /// A piece of the body, sent at once.
    package func bytes(_ bytes: [UInt8]) -> Script { bytes.isEmpty ? self : adding(.bytes(bytes)) }

    /// Waits for the test before it goes on.
    package func gate(_ gate: Gate) -> Script { adding(.gate(gate)) }

    /// The same bytes again and again, until the client has enough.
    package func endless(_ bytes: [UInt8]) -> Script { adding(.endless(bytes)) }

    /// The same, but only once the test lets it begin.
    package func waiting(for gate: Gate) -> Script {
        var script = self
        script.steps.insert(.gate(gate), at: 0)
        return script
    }

    /// The proper end of the answer.
    package func end() -> Script { adding(.end) }

    /// The end of the connection, whatever was promised.
    package func hangUp() -> Script { adding(.hangUp) }

    /// Nothing more, until the client gives up.
    package func silence() -> Script { adding(.silence) }
}

/// A request as it reached the server.
package struct LoggedRequest: Sendable {
    package let method: String
    /// Path and query.
    package let target: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// All values of a header, exactly as they came.
    package func all(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The first value of a header.
    package subscript(_ name: String) -> String? { all(name).first }

    package var path: String { String(target.prefix { $0 != "?" }) }
}
