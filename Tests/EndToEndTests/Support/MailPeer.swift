import Foundation
import Records
import Subprocess
import TestSupport

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A mail server by others (aiosmtpd), and what it got.
struct MailPeer: Sendable {
    let url: String
    private let log: String

    /// A Python that has aiosmtpd: the first on the path, or the system's.
    private static let python: String? = {
        for python in ["python3", "/usr/bin/python3"] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [python, "-c", "import aiosmtpd"]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { continue }
            process.waitUntilExit()
            if process.terminationStatus == 0 { return python }
        }
        return nil
    }()

    static let isThere: Bool = {
        if python == nil {
            print("aiosmtpd is not installed (scripts/setup --tests installs it): no mail is checked")
        }
        return python != nil
    }()

    /// Runs the server for as long as the body takes.
    ///
    /// - Parameter options: of `Tests/Peers/mail_server.py`.
    static func run<Value: Sendable>(
        _ options: [String] = [], in workspace: Workspace, _ body: @Sendable (MailPeer) async throws -> Value
    ) async throws -> Value {
        let log = "\(workspace.path)/mails.jsonl"
        let script = "\(Program.root)/Tests/Peers/mail_server.py"
        return try await Subprocess.run(
            .path("/usr/bin/env"), arguments: Arguments([python ?? "python3", script, log] + options),
            workingDirectory: FilePath(workspace.path), input: .none, output: .sequence, error: .discarded
        ) { server in
            var port: Substring = ""
            for try await line in server.standardOutput.strings() {
                port = line.prefix(while: \.isNumber)
                break
            }
            defer { try? server.send(signal: .kill) }
            return try await body(MailPeer(url: "smtp://localhost:\(port)", log: log))
        }.closureResult
    }

    /// The mails that it has taken, as Python's own parser reads them.
    var mails: [JSON] {
        get throws {
            guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
        }
    }
}

extension JSON {
    /// A header field of a mail.
    func header(_ name: String) -> String? { self["headers"]?[name]?.string }
}
