import Feeds
import Glibc
package import State
package import Streaming

/// A sink that makes a file which the whole world may read.
package protocol PublishingSink: Sink {
    var publication: Publication { get }
}

/// A file that a sink replaces as a whole, for who shows it to others.
package struct Publication: Sendable {
    /// As it is written, so that links may lead elsewhere.
    package let path: String
    package let mediaType: String
    /// What wrote the file; another's is not shown.
    let pipeline: String
    let calls: any FileCalls

    /// What stands there now.
    ///
    /// Only what this pipeline has written: whoever else can put a file there, or a link, cannot have another file shown.
    ///
    /// - Returns: nil where there is no such feed.
    /// - Throws: `FileError`.
    package func open() throws(FileError) -> PublishedFile? {
        let descriptor = calls.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
        guard descriptor >= 0 else {
            let failure = FileError(path: path, doing: "read it")
            if failure.isAbsence { return nil }
            throw failure
        }
        guard let status = calls.status(of: descriptor), status.isRegular else {
            calls.close(descriptor)
            return nil
        }
        let file = PublishedFile(
            FileContent(path: path, descriptor: descriptor, calls: calls), PublishedFile.Version(status))
        let start = try file.content.bytes(from: 0, count: WrittenFeedMark.size)
        return WrittenFeedMark(start: start, pipeline: pipeline) == .pipeline(pipeline) ? file : nil
    }
}

/// One version of a published file, open; it stays as it is when the next one takes its place.
package final class PublishedFile {
    /// Tells one version from another.
    package struct Version: Sendable, Equatable {
        private let identity: FileIdentity
        package let size: Int
        /// When it was written, in nanoseconds since 1970.
        package let modified: Int64

        fileprivate init(_ status: stat) {
            identity = FileIdentity(status)
            size = Int(status.st_size)
            let seconds = Int64(status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
            modified =
                seconds.overflow ? 0 : seconds.partialValue &+ Int64(status.st_mtim.tv_nsec)
        }
    }

    package let version: Version
    fileprivate let content: FileContent

    fileprivate init(_ content: FileContent, _ version: Version) {
        self.content = content
        self.version = version
    }

    deinit { content.calls.close(content.descriptor) }

    /// The whole file.
    package func bytes() throws(FileError) -> [UInt8] { try content.bytes(from: 0, count: version.size) }
}
