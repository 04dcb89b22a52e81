import ArgumentParser
import Glibc
import Notation
import Serving
import State

/// Whether and where a run shows itself over HTTP.
struct ServingOptions: ParsableArguments {
    static let tokenVariable = "FEEDSPINE_HTTP_TOKEN"
    /// A file that has more is no token.
    private static let longestToken = 4096

    @Option(
        help: ArgumentHelp(
            """
            Serve metrics, health, figures and feeds while the run lasts: 9464 or :9464 for this machine alone, \
            0.0.0.0:9464 for others, too, which takes a bearer token in $\(ServingOptions.tokenVariable) or \
            --http-token-file.
            """,
            valueName: "address"))
    var http: String?

    @Option(
        help: ArgumentHelp(
            "The bearer token that clients of --http have to show, on the first line of a file.",
            valueName: "file"))
    var httpTokenFile: String?

    func validate() throws {
        if http == nil, httpTokenFile != nil {
            throw ValidationError("--http-token-file is for --http, which is not given.")
        }
        if let http {
            _ = try ServingOptions.said { () throws(ListenAddressProblem) in try ListenAddress(http) }
        }
    }

    /// Where to serve, and what clients have to show; nil where nothing is served.
    ///
    /// - Throws: `ValidationError`.
    func server(_ environment: [String: String]) throws -> (address: ListenAddress, token: BearerToken?)? {
        guard let http else { return nil }
        let address = try ServingOptions.said { () throws(ListenAddressProblem) in try ListenAddress(http) }
        let token = try token(environment)
        if token == nil, !address.isLoopback {
            throw ValidationError(
                """
                --http \(address) can be reached from other machines, and needs a bearer token: set \
                $\(ServingOptions.tokenVariable), or give --http-token-file.
                """)
        }
        return (address, token)
    }

    private func token(_ environment: [String: String]) throws -> BearerToken? {
        let variable = environment[ServingOptions.tokenVariable].flatMap { $0.isEmpty ? nil : $0 }
        let place = httpTokenFile ?? "$\(ServingOptions.tokenVariable)"
        if httpTokenFile != nil, variable != nil {
            throw ValidationError(
                "--http-token-file and $\(ServingOptions.tokenVariable) are both given; one is enough.")
        }
        guard let text = try httpTokenFile.map(ServingOptions.firstLine) ?? variable else { return nil }
        do {
            return try BearerToken(Secret(text))
        } catch {
            throw ValidationError("\(place): \(error).")
        }
    }

    private static func firstLine(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ValidationError("\(FileError(path: path, doing: "read the token")).")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: longestToken)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else {
            throw ValidationError("\(FileError(path: path, doing: "read the token")).")
        }
        let line = bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }

    private static func said<R>(_ read: () throws(ListenAddressProblem) -> R) throws -> R {
        do {
            return try read()
        } catch {
            throw ValidationError("--http: \(error).")
        }
    }
}
