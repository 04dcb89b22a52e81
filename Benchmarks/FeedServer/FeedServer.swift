import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves many small feeds on loopback, so that clients can be measured that poll them.
///
/// One thread, HTTP/1.1 with connections that stay open. It prints its port when it is ready and runs until a signal
/// ends it.
@main
enum FeedServer {
    static func main() async {
        do {
            try await serve(Arguments(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("FeedServer: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func serve(_ arguments: Arguments) async throws {
        let feeds = FeedCollection(count: arguments.feeds, hosts: arguments.hosts)
        let counts = RequestCounts()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    counts.add(\.connections)
                    // Answers are written within the call that ends their request, so their order needs no help.
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(FeedHandler(feeds: feeds, counts: counts))
                }
            }
        let first = try await bootstrap.bind(host: LoopbackHost.name(0), port: 0).get()
        let port = first.localAddress?.port ?? 0
        for host in 1..<max(arguments.hosts, 1) {
            _ = try await bootstrap.bind(host: LoopbackHost.name(host), port: port).get()
        }
        print(port)
        fflush(nil)
        try await first.closeFuture.get()
    }
}

/// The addresses of this machine that feeds are spread over; beyond the first they are there on Linux only.
enum LoopbackHost {
    static let most = 254

    static func name(_ index: Int) -> String { "127.0.0.\(index + 1)" }
}
