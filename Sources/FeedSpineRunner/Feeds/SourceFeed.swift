internal import Diagnostics
public import FeedSpine
internal import FeedSpineCommands
internal import Foundation
internal import Hosting
internal import Logging
internal import PipelineSpec
package import Streaming

/// A source as pipeline files have it, as a feed of a program: with its positions, its polite requests and its feed items.
///
/// ```swift
/// let spine = FeedSpine(
///     storage: .sqlite("news.db"),
///     feeds: [
///         try SourceFeed("bbc", "rss: https://feeds.bbci.co.uk/news/technology/rss.xml"),
///         try SourceFeed("swift", "{ reddit: { subreddit: swift, limit: 50 }, retry: 5 }")
///     ])
/// ```
///
/// What the storage knows of it is kept under its name. Its positions stand there as they are: where an address holds a
/// secret, so may they.
public struct SourceFeed: Feed, EngineFeed {
    /// What it is called.
    public let name: String
    package let node: Streaming.Pipeline.SourceNode

    /// A source from its entry in a pipeline file.
    ///
    /// ```swift
    /// let bbc = try SourceFeed("bbc", "rss: https://feeds.bbci.co.uk/news/technology/rss.xml")
    /// ```
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - entry: YAML, as it stands behind the `-` under `sources`. Relative paths start from the working directory, `${…}`
    ///     stands for environment variables.
    ///   - components: the program's own, which it may be one of.
    /// - Throws: ``SourceFeedError``.
    public init(_ name: String, _ entry: String, components: [Component] = []) throws(SourceFeedError) {
        let indented = entry.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "    " + $0 }.joined(separator: "\n")
        let file = SpecFile(
            text: "name: feeds\nsources:\n  -\n\(indented)\nstages: [tap: stdout]\n", name: "'\(name)'",
            folder: FileManager.default.currentDirectoryPath)
        let nodes = try SourceFeed.nodes(of: file, components)
        guard nodes.count == 1 else { throw SourceFeedError("an entry is one source") }
        self.init(name, nodes[0])
    }

    private init(_ name: String, _ node: Streaming.Pipeline.SourceNode) {
        self.name = name
        self.node = Streaming.Pipeline.SourceNode(
            name: name, identity: Identity("feed \(name)"), source: node.source, retry: node.retry)
    }

    /// The sources of a pipeline file.
    ///
    /// ```swift
    /// let spine = FeedSpine(feeds: try SourceFeed.all(in: "pipelines/news.yaml"))
    /// ```
    ///
    /// Its stages and settings are not looked at. A source with a `when` is refused: conditions are the program's, as filters.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - components: the program's own.
    /// - Throws: ``SourceFeedError``.
    public static func all(
        in path: String, components: [Component] = []
    ) throws(SourceFeedError) -> [SourceFeed] {
        try nodes(of: SpecFile(path: path), components).map { SourceFeed($0.name, $0) }
    }

    /// Reads it as a pipeline file would have it read.
    ///
    /// ```swift
    /// try await bbc.read(from: nil, into: outlet)
    /// ```
    public func read(from cursor: String?, into outlet: RecordOutlet) async throws {
        try await node.source.run(from: cursor.map { Anchor(json: $0) }, into: outlet.outlet)
    }

    private static func nodes(
        of file: SpecFile, _ components: [Component]
    ) throws(SourceFeedError) -> [Streaming.Pipeline.SourceNode] {
        let runner: Runner
        do { runner = try FeedSpineRunner.runner(components) } catch { throw SourceFeedError("\(error)") }
        let host = runner.host(ProcessInfo.processInfo.environment, logger: Logger(label: "FeedSpine"))
        let reading = host.read(file, .resolving)
        guard let spec = reading.spec else {
            throw SourceFeedError(reading.diagnostics.diagnostics.map(\.message).joined(separator: "; "))
        }
        if let source = spec.sources.first(where: { $0.options.when != nil }) {
            throw SourceFeedError("'\(source.name)' has a `when`; let a filter of the program say it")
        }
        do {
            return try host.pipeline(spec, redactor: reading.redactor, file: file).sources
        } catch {
            throw SourceFeedError("\(error)")
        }
    }
}

/// Why a source cannot be a feed.
///
/// ```swift
/// do { _ = try SourceFeed("bbc", "rrs: https://example.org") } catch { print(error) }
/// ```
public struct SourceFeedError: Error, CustomStringConvertible {
    /// What is wrong with it: all findings.
    public let description: String

    init(_ description: String) { self.description = description }
}
