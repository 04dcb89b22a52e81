import Builtins
import Diagnostics
import Foundation
import PipelineSpec
import Records

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
                source, catalog: .builtin, mode: mode,
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

    /// A JSON Schema that a source names. Checking a spec needs no other file: one that is not there says nothing.
    private func schema(_ name: String, _ mode: ReadingMode) throws -> JSON? {
        let context = BuildContext(directory: folder, pipeline: "")
        let path = context.resolve(name)
        if case .checking = mode, !FileManager.default.fileExists(atPath: path) { return nil }
        return try JSON(parsing: try ReadableFile(path: path).readAll(limit: SpecFile.schemaLimit))
    }

    private func bytes() throws -> [UInt8] {
        let file = try ReadableFile(path: path)
        // A byte more than a spec may have, so that the reader sees that it is too long.
        return try file.readAll(limit: YAMLLimits.standard.fileBytes + 1)
    }
}
