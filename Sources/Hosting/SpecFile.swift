import Builtins
import Diagnostics
import Foundation
package import PipelineSpec
import Records
import State

/// A pipeline file on the disk, on standard input, or in memory.
package struct SpecFile: Sendable {
    /// `-` is standard input.
    package let path: String
    /// The folder that relative paths in it start from, as an absolute path.
    package let folder: String
    /// What stands in it, where that is not on the disk.
    private let text: String?

    package init(path: String) {
        self.path = path
        folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
        text = nil
    }

    /// A file that is only imagined.
    package init(text: String, name: String, folder: String) {
        self.text = text
        path = name
        self.folder = folder
    }

    fileprivate func bytes() throws -> [UInt8] {
        if let text { return Array(text.utf8) }
        // A byte more than a spec may have, so that the reader sees that it is too long.
        return try ReadableFile(path: path, as: .stream).readStart(count: YAMLLimits.standard.fileBytes + 1)
    }

    fileprivate var context: BuildContext { BuildContext(directory: folder, pipeline: "") }

    /// Whether a file stands in the spec's folder or below, whatever links lead to it.
    fileprivate func isInFolder(_ path: String) -> Bool {
        guard let file = realPath(path), let folder = realPath(folder) else { return false }
        return file.utf8.starts(with: (folder == "/" ? folder : folder + "/").utf8)
    }

    fileprivate var name: String { path == "-" ? "<stdin>" : path }
}

extension PipelineHost {
    /// Whether the values of `${…}` are looked up when a spec is read.
    package enum Reading: Sendable { case checking, resolving }

    /// The spec, with everything that is wrong with it.
    package func read(_ file: SpecFile, _ reading: Reading) -> PipelineReading {
        do {
            let source = SourceText(name: file.name, bytes: try file.bytes())
            return PipelineSpec.read(
                source, catalog: catalog, mode: mode(reading, beside: file), folder: file.folder,
                itemType: expressions.itemType, checkExpression: expressions.check,
                schema: { try schema($0, beside: file, reading) })
        } catch {
            let source = SourceText(name: file.path, bytes: [])
            let finding = Diagnostic(
                .unreadableFile, "the file cannot be read: \(error)", at: source.range(0, 0))
            return PipelineReading(unreadable: FileDiagnostics(source, [finding]))
        }
    }

    private func mode(_ reading: Reading, beside file: SpecFile) -> ReadingMode {
        switch reading {
        case .checking: .checking
        case .resolving:
            .resolving(
                OutsideValues(
                    environment: variables, file: { try PipelineHost.secret(file.context.resolve($0)) }))
        }
    }

    /// The most bytes that `${file:…}` reads: a path such as `/dev/zero` has no end.
    private static let secretLimit = 1 << 20

    private static func secret(_ path: String) throws -> [UInt8] {
        let bytes = try ReadableFile(path: path, as: .stream).readStart(count: secretLimit + 1)
        guard bytes.count <= secretLimit else { throw TooLong(limit: secretLimit) }
        return bytes
    }

    private struct TooLong: Error, CustomStringConvertible {
        let limit: Int

        var description: String { "it has more than \(limit) bytes" }
    }

    /// The most bytes of a JSON Schema.
    private static let schemaLimit = 16 << 20

    /// A JSON Schema that a source names.
    ///
    /// Checking a spec, which may be a stranger's, looks at nothing but regular files in its folder, and needs none: what
    /// is not there says nothing.
    private func schema(_ name: String, beside file: SpecFile, _ reading: Reading) throws -> JSON? {
        let path = file.context.resolve(name)
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if reading == .checking { return nil }
            throw FileError(path: path, doing: "read it", code: status.st_mode == 0 ? errno : EINVAL)
        }
        if reading == .checking, !file.isInFolder(path) { return nil }
        return try JSON(
            parsing: try ReadableFile(path: path, as: .file).readAll(limit: PipelineHost.schemaLimit))
    }
}
