package import Streaming

/// The `settings` of a pipeline file.
package struct SettingsSpec: FieldGroup {
    /// What the engine takes.
    package let engine: Pipeline.Settings
    /// The state file; nil for `.feedspine/<name>.db` in the spec's folder.
    package let state: String?
    package let alerts: Alerts
    /// How HTTP requests name their sender; nil for the program's own name.
    package let userAgent: String?

    /// What may wait in the pipeline.
    package struct Buffer: FieldGroup {
        package let records: Int
        package let bytes: ByteSize

        package static let typeDescription = "a number of records, or a mapping of `records` and `bytes`"

        package static let options = Options<Buffer>(
            Field<Int>(
                "records", default: standard.buffer, "Records that may wait between two stages.",
                .range(1...10_000_000)),
            Field<ByteSize>(
                "bytes", default: ByteSize(bytes: standard.bufferBytes),
                "Bytes of records that the pipeline holds at any time, between and within all its stages.",
                .notEmpty),
            shorthand: "records"
        ) { Buffer(records: $0, bytes: $1) }
    }

    /// Limits whose crossing is reported.
    package struct Alerts: FieldGroup {
        package let timeToFirstItem: Duration?

        package static let options = Options<Alerts>(
            Field<Duration?>(
                "time_to_first_item", "Warn when no item has arrived at a sink after this time.", .positive,
                example: "60s")
        ) { Alerts(timeToFirstItem: $0) }
    }

    /// The spelling of the engine's modes.
    package enum Mode: String, OptionEnum {
        case stream, batch

        package var doc: String {
            switch self {
            case .stream: "Records move on as they come."
            case .batch: "All records are collected before the first is delivered."
            }
        }
    }

    private static let standard = Pipeline.Settings()

    /// The setting that names a sink, which is read when the sinks are known.
    static let deadLetter = "dead_letter"

    package static let options = Options<SettingsSpec>(
        Field<Mode>("mode", default: .stream, "When records are delivered."),
        Field<Buffer?>("buffer", "What may wait in the pipeline."),
        Field<Int>(
            "max_concurrent_sources", default: standard.maxConcurrentSources,
            "Sources that are read at the same time.",
            .range(1...10_000)),
        Field<String?>(
            "state", "The state file; `.feedspine/<name>.db` in the spec's folder if not told.", .filePath,
            example: ".feedspine/news.db"),
        Field<String?>(
            deadLetter,
            "The sink for what stages give up, of the top-level `sinks`; the file `<name>.dead.jsonl` beside the state if "
                + "not told.", .sinkReference, example: "sinks.letters"),
        Field<Duration>(
            "checkpoint", default: standard.checkpoint, "Time between two checkpoints.", .positive),
        Field<Duration>(
            "shutdown_timeout", default: standard.shutdownTimeout,
            "How long records in flight may take when the run is stopped."),
        Field<Alerts?>("alerts", "Limits whose crossing is reported."),
        Field<String?>(
            "user_agent", "How HTTP requests name their sender; `feedspine/VERSION (+URL)` if not told.",
            .notEmpty, example: "example-news/1.0 (+https://example.com/bot)")
    ) { mode, buffer, sources, state, _, checkpoint, shutdown, alerts, userAgent in
        var engine = Pipeline.Settings()
        engine.mode = mode == .stream ? .stream : .batch
        if let buffer {
            engine.buffer = buffer.records
            engine.bufferBytes = buffer.bytes.bytes
        }
        engine.maxConcurrentSources = sources
        engine.checkpoint = checkpoint
        engine.shutdownTimeout = shutdown
        return SettingsSpec(
            engine: engine, state: state, alerts: alerts ?? Alerts(timeToFirstItem: nil), userAgent: userAgent
        )
    }

    /// The settings of a file that has none.
    static let defaults = SettingsSpec(
        engine: standard, state: nil, alerts: Alerts(timeToFirstItem: nil), userAgent: nil)
}
