import Hosting
import Serving
import Streaming

/// The figures of the pipelines of a run as metrics; those of the report, under names that a metrics system expects.
struct RunMetrics {
    private static let mostSources = 200
    private static let mostStages = 100

    private let sessions: [Session]
    private let shown: (String) -> String

    /// - Parameter shown: makes a name fit to be shown.
    init(_ sessions: [Session], shown: @escaping (String) -> String) {
        self.sessions = sessions
        self.shown = shown
    }

    var families: [MetricFamily] {
        var build = MetricFamily("feedspine_build", .info, "The program that runs the pipelines.")
        build.add([("version", Version.current)], 1)
        return runFamilies + sourceFamilies + stageFamilies + durationFamilies + [build]
    }

    // MARK: Pipelines

    private var runFamilies: [MetricFamily] {
        var first = MetricFamily(
            "time_to_first_item_queued_seconds", .gauge,
            "From the start of the run to the first record that a sink had taken; absent before.")
        var hits = MetricFamily(
            "deduplication_hit_rate", .gauge, "Of the records read since the start, the share of duplicates.")
        for session in sessions {
            let figures = session.run.figures
            let labels = pipeline(session)
            if let time = figures.timeToFirstItem { first.add(labels, time.seconds) }
            hits.add(labels, figures.duplicateRate)
        }
        return [first, hits]
            + [
                perRun("run_elapsed_seconds", .gauge, "Since the run started.") { $0.elapsed.seconds },
                perRun("run_ready", .gauge, "1 while its sources are read, 0 while it starts or stops.") {
                    $0.phase == .running ? 1 : 0
                },
                perRun("records_delivered", .counter, "Records that at least one sink has taken.") {
                    Double($0.deliveredCount)
                },
                perRun("records_completed", .counter, "Records that reached the end of the chain.") {
                    Double($0.endCount)
                },
                perRun("records_restored", .counter, "Records that the run before had held.") {
                    Double($0.restoredCount)
                },
                perRun("records_failed", .counter, "Records that stages gave up.") {
                    Double($0.failureCount)
                },
                perRun("dead_letters", .counter, "Dead letters written.") { Double($0.deadLetterCount) },
                perRun("checkpoints", .counter, "Checkpoints stored.") { Double($0.checkpointCount) },
                perRun("records_held", .gauge, "Records that stages hold back.") { Double($0.heldCount) },
                perRun("inlet_records", .gauge, "Records that wait behind the sources.") {
                    Double($0.inletFill)
                },
                perRun("buffer_bytes", .gauge, "Bytes of records that wait in the pipeline.") {
                    Double($0.load.bytes)
                },
                bufferLimit
            ]
    }

    private var bufferLimit: MetricFamily {
        var family = MetricFamily(
            "feedspine_buffer_limit_bytes", .gauge, "Bytes of records that may wait in the pipeline.")
        for session in sessions { family.add(pipeline(session), session.run.pipeline.settings.bufferBytes) }
        return family
    }

    private func perRun(
        _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: (RunFigures) -> Double
    ) -> MetricFamily {
        var family = MetricFamily("feedspine_" + name, kind, help)
        for session in sessions { family.add(pipeline(session), value(session.run.figures)) }
        return family
    }

    private func pipeline(_ session: Session) -> MetricFamily.Labels { [("pipeline", shown(session.name))] }

    // MARK: Sources

    private var sourceFamilies: [MetricFamily] {
        var throughput = MetricFamily(
            "streaming_throughput_items_per_second", .gauge, "Records read a second since the start.")
        var records = MetricFamily("feedspine_source_records", .counter, "Records read.")
        var rejected = MetricFamily(
            "feedspine_source_rejected", .counter, "Parts of the input that could not be read as records.")
        var failures = MetricFamily("feedspine_source_failures", .counter, "Readings that failed.")
        var failing = MetricFamily(
            "feedspine_source_failing", .gauge, "Sources that were given up for this round.")
        var answers = MetricFamily(
            "feedspine_source_answers", .counter,
            "Answers of servers, those that say that nothing is new too.")
        var unchanged = MetricFamily(
            "feedspine_source_unchanged", .counter, "Of those, answers that say that nothing is new (304).")
        var received = MetricFamily(
            "feedspine_source_received_bytes", .counter, "Bytes of answers, compressed as they were sent.")
        for session in sessions {
            let figures = session.run.figures
            let elapsed = figures.elapsed.seconds
            let book = LabelBook(figures.sources.map { shown($0.name) }, most: RunMetrics.mostSources)
            for source in figures.sources {
                let labels = pipeline(session) + [("source", book.label(shown(source.name)))]
                throughput.add(labels, Double(source.itemCount) / max(elapsed, 1e-9))
                records.add(labels, source.itemCount)
                rejected.add(labels, source.rejectCount)
                failures.add(labels, source.errorCount)
                failing.add(labels, source.state.isFailure ? 1 : 0)
                answers.add(labels, source.answerCount)
                unchanged.add(labels, source.unchangedCount)
                received.add(labels, source.receivedBytes)
            }
        }
        return [throughput, records, rejected, failures, failing, answers, unchanged, received]
    }

    // MARK: Stages

    private static let stageMetrics:
        [(name: String, kind: MetricFamily.Kind, help: String, value: @Sendable (StageFigures) -> Int?)] = [
            ("records_in", .counter, "Records that came in.", { $0.inCount }),
            ("records_out", .counter, "Records that went on.", { $0.outCount }),
            ("records_filtered", .counter, "Records that a filter did not match.", { $0.droppedCount }),
            (
                "records_missing", .counter, "Of those, records without a field that the filter needs.",
                { $0.missingCount }
            ),
            ("records_duplicate", .counter, "Records that were known already.", { $0.duplicateCount }),
            ("records_refused", .counter, "Records that the stage gave up.", { $0.failureCount }),
            ("retries", .counter, "Further attempts.", { $0.retryCount }),
            ("records_held", .gauge, "Records that the stage holds back.", { $0.heldCount }),
            ("queue_records", .gauge, "Records that wait in front of the stage.", { $0.queueFill }),
            ("queue_limit_records", .gauge, "Records that may wait there.", { $0.queueCapacity })
        ]

    private var stageFamilies: [MetricFamily] {
        let books = sessions.map { session in
            LabelBook(session.run.figures.stages.map { shown($0.name) }, most: RunMetrics.mostStages)
        }
        return RunMetrics.stageMetrics.map { metric in
            var family = MetricFamily("feedspine_stage_" + metric.name, metric.kind, metric.help)
            for (session, book) in zip(sessions, books) {
                for stage in session.run.figures.stages {
                    guard let value = metric.value(stage) else { continue }
                    let labels = [("stage", book.label(shown(stage.name))), ("kind", stage.kind)]
                    family.add(pipeline(session) + labels, value)
                }
            }
            return family
        }
    }

    // MARK: Durations

    private var durationFamilies: [MetricFamily] {
        var latency = MetricFamily(
            "feedspine_delivery_latency_seconds", .histogram,
            "From a record's being received to its being taken by a sink.")
        var checkpoints = MetricFamily(
            "feedspine_checkpoint_duration_seconds", .histogram,
            "From a checkpoint's setting out to its being stored.")
        for session in sessions {
            guard let timings = session.run.figures.timings else { continue }
            let book = LabelBook(timings.sinks.map { shown($0.name) }, most: RunMetrics.mostStages)
            for sink in timings.sinks {
                latency.add(
                    pipeline(session) + [("sink", book.label(shown(sink.name)))], sink.latency.counts.value)
            }
            checkpoints.add(pipeline(session), timings.checkpoints.counts.value)
        }
        return [latency, checkpoints]
    }
}

extension DurationHistogram.Counts {
    fileprivate var value: MetricFamily.Value {
        let ends = DurationHistogram.bounds.map(\.seconds) + [.infinity]
        return .histogram(ranges: Array(zip(ends, ranges)).map { (end: $0, count: $1) }, sum: seconds)
    }
}
