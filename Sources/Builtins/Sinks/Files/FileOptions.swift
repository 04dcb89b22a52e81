import PipelineSpec
import Records
import Streaming

/// What the options of all sinks that append to files say.
struct FileOptions: Sendable {
    /// What all of them are, after what is told of one.
    static let details = """
        What a run that was killed wrote after its last checkpoint is taken out at the next start, so nothing \
        stands there twice. Nothing else is: lines of others stay, wherever they stand. A file that is renamed or \
        removed meanwhile is made again, and one process at a time writes it. Devices and pipes are written as \
        they are.

        `{date}` and `{hour}` are of the time of writing, `{date:yyyy/MM}` in another form. Fields decide for each \
        record: `{published:yyyy/MM/dd}` by a time, `{feed.title}` by a text, of which only what can stand in a \
        name is left; `unknown` stands for what a record does not have. Forms are made of `yyyy`, `MM`, `dd`, \
        `HH`, `mm`, `ss`, `DDD` (day of the year), and `YYYY` with `ww` (week).

        A path that ends with `.gz` or `.zst` is compressed, in frames that end with each checkpoint (or 1 MB of \
        records, less where many files are open): up to there, `zcat` and `zstdcat` read the file while it grows.

        With `rotate`, a file that is full is renamed before more is written, at a checkpoint: `items.jsonl` becomes \
        `items-2026-11-28T09-41-07.jsonl`, the time in `zone`, or the next second behind those of all such files. Nobody's file is \
        replaced, and `keep` takes away only what the sink has rotated itself, since it has `keep`, all its paths \
        together. A source that reads `items*.jsonl` goes on with a file that was renamed where it was.
        """

    static func path(example: String) -> Field<PathTemplate> {
        Field("path", "Where to write.", example: example, role: .path)
    }

    static let zone = Field<ZoneName>(
        "zone", default: .utc, "The time zone of dates and hours in the path, and of `rotate`.")

    static let openFiles = Field<Int>(
        "open_files", default: 64,
        "How many files are kept open where fields decide; the one that was written longest ago is closed.",
        .range(1...1000))

    static let compression = Field<OutputCompression?>(
        "compression", "How the files are compressed; as the path's end says, if left out.")

    static let rotate = Field<Rotation?>(
        "rotate", "When a file gets another name and a new one begins.")

    static let traits = ComponentTraits(files: ["path"]) { given, path in
        given.has("rotate") ? [Rotation.template(of: path)] : []
    }

    /// A path that says something else would mislead whoever reads the file by its name.
    static let isNamedByCompression = OptionDependency.refused(
        "compression",
        because: "is not compressed as its path says: `.gz` ends the paths of `gzip`, `.zst` those of `zstd`"
    ) { given in
        guard let path = given.text("path"), let compression = given.text("compression"),
            let compression = OutputCompression(rawValue: compression), !path.hasSuffix("}")
        else { return false }
        return OutputCompression(path: path) != compression
    }

    let path: PathTemplate
    let zone: ZoneName
    let openFiles: Int
    let compression: OutputCompression?
    let rotation: Rotation?

    /// The sink that they describe.
    ///
    /// - Parameters:
    ///   - text: how records stand in the files.
    ///   - form: what else is to be known of the files.
    func sink(
        of context: BuildContext, writing text: any RecordText, _ form: OutputForm = OutputForm()
    ) -> FileSink {
        let now = context[SurroundingsKey.self].now
        let recordPath = RecordPath(path, in: zone, of: context)
        var form = form
        form.compression = compression ?? OutputCompression(path: path.text)
        if recordPath.isOfRecords { form.frameSize = OutputForm.frameSize(among: openFiles) }
        return FileSink(
            owner: "sink '\(context.name)' of pipeline '\(context.pipeline)'", pipeline: context.pipeline,
            folder: context.directory, text: text, form: form,
            rotation: rotation.map { FileRotation($0, zone: zone, now: now) },
            placing: recordPath.isOfRecords
                ? .each(openFiles: openFiles) { recordPath.path(of: $0, at: now()) }
                : .all { recordPath.path(at: now()) })
    }
}
