import Foundation
import Records
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// An answer of a server.
struct Answer: Sendable {
    let status: Int
    /// By name in small letters.
    let fields: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// - Parameter bytes: all that came on the connection.
    init(_ bytes: [UInt8]) {
        let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) ?? bytes.endIndex..<bytes.endIndex
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        fields = Dictionary(pairs) { first, _ in first }
        body = Array(bytes[end.upperBound...])
    }
}

/// The program while it serves its run.
struct ServedProgram: Sendable {
    let port: Int

    func connect() throws -> RawConnection { try RawConnection(port: port) }

    /// Asks, and has the connection closed behind the answer.
    func ask(_ path: String, _ fields: [String: String] = [:], method: String = "GET") async throws -> Answer
    {
        var fields = fields
        fields["Host"] = fields["Host"] ?? "127.0.0.1:\(port)"
        fields["Connection"] = "close"
        let head = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        let connection = try connect()
        connection.send("\(method) \(path) HTTP/1.1\r\n\(head)\r\n")
        return Answer(await connection.rest())
    }

    /// Asks again and again until the figures are as wanted.
    func figures(_ fields: [String: String] = [:], when isWanted: (JSON) -> Bool) async throws -> JSON {
        while true {
            let json = try JSON(parsing: try await ask("/api/run", fields).text)
            if isWanted(json) { return json }
            await Task.yield()
        }
    }
}

extension Program {
    /// Runs with a server until the body is done, and then stops as a user does.
    static func serving<Value: Sendable>(
        _ arguments: [String], in folder: String, environment: [String: String] = [:],
        _ body: @Sendable (ServedProgram) async throws -> Value
    ) async throws -> (value: Value, outcome: Outcome) {
        let variables = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        let result = try await Subprocess.run(
            .path(path), arguments: Arguments(arguments + ["--progress", "none"]),
            environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)),
            workingDirectory: FilePath(folder),
            input: .none, output: .discarded, error: .sequence
        ) { execution in
            var lines = ""
            var value: Value?
            for try await line in execution.standardError.strings() {
                lines += line + "\n"
                guard value == nil, let port = port(in: line) else { continue }
                do {
                    value = try await body(ServedProgram(port: port))
                } catch {
                    try? execution.send(signal: .kill)
                    throw error
                }
                try execution.send(signal: .terminate)
            }
            guard let value else { throw NotServed(error: lines) }
            return (value, lines)
        }
        let (value, lines) = result.closureResult
        return (value, Outcome(status: status(result.terminationStatus), output: "", error: lines))
    }

    /// The program ended without serving.
    struct NotServed: Error { let error: String }

    private static func port(in line: String) -> Int? {
        guard let range = line.range(of: "serving the run at http://") else { return nil }
        return Int(line[range.upperBound...].drop { $0 != ":" }.dropFirst().prefix { $0.isNumber })
    }
}
