import Builtins
import Diagnostics
import Foundation
import PipelineSpec
import Records
import State

/// A pipeline file on the disk, or on standard input.
struct SpecFile {
    /// `-` is standard input.
    let path: String

    /// The folder that it stands in, as an absolute path: positions in files are stored by path, whatever folder the
    /// program was started in.
    var folder: String {
        URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    }

    /// Values come from the environment and from files.
    static let resolving = ReadingMode.resolving(
        OutsideValues(
            variable: { ProcessInfo.processInfo.environment[$0] }, file: SpecFile.secret))

    /// The spec, with everything that is wrong with it.
    func read(_ mode: ReadingMode) -> PipelineReading {
        do {
            let source = SourceText(name: path == "-" ? "<stdin>" : path, bytes: try bytes())
            return PipelineSpec.read(
                source, catalog: .builtin, mode: besideSpec(mode), folder: folder,
                itemType: ExpressionEnvironment.builtin.itemType,
                checkExpression: ExpressionEnvironment.builtin.check, schema: { try schema($0, mode) })
        } catch {
            let source = SourceText(name: path, bytes: [])
            let finding = Diagnostic(
                .unreadableFile, "the file cannot be read: \(error)", at: source.range(0, 0))
            return PipelineReading(unreadable: FileDiagnostics(source, [finding]))
        }
    }

    /// The most bytes that `${file:…}` reads: a path such as `/dev/zero` has no end.
    private static let secretLimit = 1 << 20

    private static func secret(_ path: String) throws -> [UInt8] {
        let bytes = try ReadableFile(path: path).readAll(limit: secretLimit + 1)
        guard bytes.count <= secretLimit else { throw TooLong(limit: secretLimit) }
        return bytes
    }

    private struct TooLong: Error, CustomStringConvertible {
        let limit: Int

        var description: String { "it has more than \(limit) bytes" }
    }

    /// The most bytes of a JSON Schema.
    private static let schemaLimit = 16 << 20

    /// The same mode with paths of secrets that start from the spec's folder.
    private func besideSpec(_ mode: ReadingMode) -> ReadingMode {
        guard case .resolving(let values) = mode else { return mode }
        return .resolving(
            OutsideValues(variable: values.variable, file: { try values.file(context.resolve($0)) }))
    }

    private var context: BuildContext { BuildContext(directory: folder, pipeline: "") }

    /// A JSON Schema that a source names.
    ///
    /// Checking a spec, which may be a stranger's, looks at nothing but regular files in its folder, and needs none: what
    /// is not there says nothing.
    private func schema(_ name: String, _ mode: ReadingMode) throws -> JSON? {
        let path = context.resolve(name)
        var isChecked = false
        if case .checking = mode { isChecked = true }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if isChecked { return nil }
            throw FileError(path: path, doing: "read it", code: status.st_mode == 0 ? errno : EINVAL)
        }
        if isChecked, !isInFolder(path) { return nil }
        return try JSON(parsing: try ReadableFile(path: path).readAll(limit: SpecFile.schemaLimit))
    }

    /// Whether a file stands in the spec's folder or below, whatever links lead to it.
    private func isInFolder(_ path: String) -> Bool {
        func real(_ path: String) -> String? {
            guard let resolved = realpath(path, nil) else { return nil }
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard let file = real(path), let folder = real(folder) else { return false }
        return file.utf8.starts(with: (folder == "/" ? folder : folder + "/").utf8)
    }

    private func bytes() throws -> [UInt8] {
        let file = try ReadableFile(path: path)
        // A byte more than a spec may have, so that the reader sees that it is too long.
        return try file.readAll(limit: YAMLLimits.standard.fileBytes + 1)
    }
}
