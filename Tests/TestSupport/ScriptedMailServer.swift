import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server on a free port of 127.0.0.1 that takes all mail, or answers as a script says.
package final class ScriptedMailServer: Sendable {
    /// Whether and how connections are secured, with ``TestCertificates``.
    package enum Security: Sendable {
        case plain, tls, starttls
    }

    /// A mail that was taken.
    package struct Mail: Sendable {
        package let sender: String
        package let recipients: [String]
        /// As it was sent, but for the dots that lines had in front.
        package let bytes: [UInt8]

        package var text: String { String(decoding: bytes, as: UTF8.self) }

        /// The value of a header field, unfolded.
        package func header(_ name: String) -> String? {
            let text = text
            let head = text[..<(text.firstRange(of: "\r\n\r\n")?.lowerBound ?? text.endIndex)]
            let lines = head.replacing("\r\n ", with: " ").split(separator: "\r\n")
            let start = name.lowercased() + ": "
            return lines.first { $0.lowercased().hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
        }
    }

    fileprivate struct State {
        var mails: [Mail] = []
        var commands: [String] = []
        var answer: @Sendable (String) -> String? = { _ in nil }
        var channels: [any Channel] = []
    }

    private let security: Security
    private let state = Mutex(State())
    private let listening = Mutex(0)

    private init(_ security: Security) { self.security = security }

    /// Runs a server for as long as the body takes.
    package static func run<Value: Sendable>(
        _ security: Security = .plain, _ body: (ScriptedMailServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedMailServer(security)
        let context = security == .plain ? nil : try tlsContext()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    server.state.withLock { $0.channels.append(channel) }
                    let pipeline = channel.pipeline.syncOperations
                    if let context, security == .tls {
                        try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try pipeline.addHandler(MailDialogue(server, context))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listening.withLock { $0 = listener.localAddress?.port ?? 0 }
        do {
            let value = try await body(server)
            await server.close(listener)
            return value
        } catch {
            await server.close(listener)
            throw error
        }
    }

    package var port: Int { listening.withLock { $0 } }

    package var url: String { "\(security == .tls ? "smtps" : "smtp")://localhost:\(port)" }

    /// All mails that were taken.
    package var mails: [Mail] { state.withLock(\.mails) }

    /// All lines that were sent beside mails.
    package var commands: [String] { state.withLock(\.commands) }

    /// What is answered to a command, to a whole mail (`.`) and to a new connection (empty); nil for what servers usually
    /// answer, an empty text ends the connection.
    package func answer(_ answer: @escaping @Sendable (String) -> String?) {
        state.withLock { $0.answer = answer }
    }

    private func close(_ listener: any Channel) async {
        try? await listener.close()
        for channel in state.withLock(\.channels) { try? await channel.close() }
    }

    private static func tlsContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificates.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificates.privateKey.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    fileprivate func reply(to command: String) -> String? {
        let answer = state.withLock { state in
            if !command.isEmpty, command != "." { state.commands.append(command) }
            return state.answer
        }
        return answer(command)
    }

    fileprivate func take(_ mail: Mail) { state.withLock { $0.mails.append(mail) } }

    fileprivate var offersSecurity: Bool { security == .starttls }
}

/// One connection.
private final class MailDialogue: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedMailServer
    private let context: NIOSSLContext?
    private var buffer: [UInt8] = []
    private var sender = ""
    private var recipients: [String] = []
    /// The mail that is being read.
    private var mail: [UInt8]?
    private var isSigningIn = false
    private var isSecured = false

    init(_ server: ScriptedMailServer, _ context: NIOSSLContext?) {
        self.server = server
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        say(server.reply(to: "") ?? "220 scripted", context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        buffer += unwrapInboundIn(data).readableBytesView
        while let end = buffer.firstRange(of: [0x0D, 0x0A]) {
            let line = Array(buffer[..<end.lowerBound])
            buffer.removeSubrange(..<end.upperBound)
            read(line, context)
        }
    }

    private func read(_ line: [UInt8], _ context: ChannelHandlerContext) {
        guard var mail else { return obey(String(decoding: line, as: UTF8.self), context) }
        if line == Array(".".utf8) {
            self.mail = nil
            let answer = server.reply(to: ".") ?? "250 taken"
            if answer.hasPrefix("2") {
                server.take(.init(sender: sender, recipients: recipients, bytes: mail))
            }
            return say(answer, context)
        }
        mail += line.first == UInt8(ascii: ".") ? line[1...] : line[...]
        self.mail = mail + [0x0D, 0x0A]
    }

    private func obey(_ command: String, _ context: ChannelHandlerContext) {
        let scripted = server.reply(to: command)
        if isSigningIn {
            isSigningIn = false
            return say(scripted ?? "235 welcome", context)
        }
        let word = command.prefix { $0 != " " && $0 != ":" }.uppercased()
        var usual: String
        switch word {
        case "EHLO": usual = "250-scripted\r\n250-SMTPUTF8\r\n250-AUTH PLAIN\r\n250 SIZE 30000000"
        case "MAIL":
            usual = "250 sender"
            sender = MailDialogue.address(command)
            recipients = []
        case "RCPT":
            usual = "250 recipient"
            if scripted?.hasPrefix("2") != false { recipients.append(MailDialogue.address(command)) }
        case "DATA":
            usual = "354 go on"
            if scripted == nil { mail = [] }
        case "AUTH":
            usual = "334 "
            isSigningIn = scripted == nil
        case "STARTTLS": usual = "220 go on"
        case "QUIT": usual = "221 bye"
        default: usual = "250 fine"
        }
        if word == "EHLO", server.offersSecurity, !isSecured {
            usual = usual.replacing("250-SMTPUTF8", with: "250-STARTTLS")
        }
        say(scripted ?? usual, context)
        if word == "STARTTLS", scripted == nil, let tls = self.context {
            isSecured = true
            try? context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls), position: .first)
        }
    }

    private static func address(_ command: String) -> String {
        String(command.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        guard !text.isEmpty else { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }
}
