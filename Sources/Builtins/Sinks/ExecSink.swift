import Notation
import PipelineSpec
import Records
import Streaming

/// Gives records to a program that writes them somewhere.
actor ExecSink: Sink {
    static let component = Component<any Sink>(
        "exec", "Gives records to a program of yours, which writes them somewhere.",
        details: ProcessOptions.details + """


            It is told where it was at the last checkpoint (`start`), given records with a key each that is the same whenever \
            they come again (`write`), and asked to make them durable (`checkpoint`); it answers each message by its `id`. So \
            it can have each record once, by its position or by the keys.
            """,
        ProcessOptions.command, ProcessOptions.shell, ProcessOptions.environment,
        Field<Duration>(
            "timeout", default: .seconds(60), "A program that takes longer for a message is ended.", .positive
        ),
        ProcessOptions.maxLine, ProcessOptions.grace,
        shorthand: "command", oneOf: ProcessOptions.alternatives
    ) { context, command, shell, environment, timeout, maxLine, grace in
        let command = ProcessCommand(
            command, shell: shell, environment: environment, maxLine: maxLine, grace: grace, context)
        return ExecSink(
            ProcessSession(
                ChildProcess(command, context), .byNumber, timeout: timeout, ProcessTime(context)),
            keys: DeliveryKeys(pipeline: context.pipeline, sink: context.identity))
    }
    .depending(on: ProcessOptions.dependency)

    private static let checkpointAttempts = 3

    private let session: ProcessSession
    private let keys: DeliveryKeys
    /// What it answered to the last checkpoint, as JSON.
    private var position: String?
    /// Calls of ``write(_:)`` that it has answered in this run.
    private var written = 0
    /// The life of the program that knows where it is.
    private var startedLife: Int?

    init(_ session: ProcessSession, keys: DeliveryKeys) {
        self.session = session
        self.keys = keys
    }

    func open(_ opening: SinkOpening) async throws {
        position = try opening.position.map { try ProgramPosition(json: $0.json).json }
        written = 0
        startedLife = nil
        do {
            _ = try await started()
        } catch {
            await session.close()
            throw error
        }
    }

    func write(_ records: [Record]) async throws -> [Refusal] {
        if records.isEmpty { return [] }
        let write = written + 1
        let answer = try await ask { [keys] line in
            line.append("\"write\":\(write),\"records\":[")
            for (index, record) in records.enumerated() {
                line.append(index == 0 ? "{\"key\":\"" : ",{\"key\":\"")
                line.append(keys.key(of: record))
                line.append("\",\"record\":")
                line.append(record)
                line.append("}")
            }
            line.append("]")
        }
        let refusals = try refusals(answer, of: records.count)
        written = write
        return refusals
    }

    func checkpoint() async throws -> SinkPosition? {
        let answer = try await durable()
        position = answer.node["position"].flatMap { $0.isNull ? nil : $0.json }
        return position.map { SinkPosition(json: $0) }
    }

    func close() async { await session.close() }

    /// What the program answers to a checkpoint. The engine asks once; one that ends meanwhile is started and asked again,
    /// for what it has answered before outlives it.
    private func durable() async throws -> ProcessSession.Answer {
        var attempt = 1
        while true {
            do {
                return try await ask { $0.append("\"checkpoint\":true") }
            } catch let failure as ProcessFailure {
                guard attempt < ExecSink.checkpointAttempts else { throw failure }
                attempt += 1
            }
        }
    }

    /// The life of a program that knows where it is.
    private func started() async throws -> Int {
        let life = try await session.start()
        if life == startedLife { return life }
        try await session.ask(in: life) { [position, written] in
            $0.append("\"start\":{\"position\":\(position ?? "null"),\"written\":\(written)}")
        }.check()
        startedLife = life
        return life
    }

    private func ask(
        _ question: @Sendable (inout OutputBuffer) -> Void
    ) async throws -> ProcessSession.Answer {
        let answer = try await session.ask(in: try await started(), question)
        try answer.check()
        return answer
    }

    private func refusals(_ answer: ProcessSession.Answer, of count: Int) throws -> [Refusal] {
        guard let refused = answer.node["refused"], !refused.isNull else { return [] }
        var refusals: [Int: Refusal] = [:]
        for entry in refused.elements {
            guard let index = entry["index"]?.int.flatMap(Int.init(exactly:)), index >= 0, index < count
            else {
                throw ProgramRefusal(reason: "the answer refuses a record that it was not given")
            }
            refusals[index] = Refusal(
                index: index, reason: entry["error"]?.string ?? "refused without a reason",
                isFinal: entry["retry"]?.bool != true)
        }
        return refusals.values.sorted { $0.index < $1.index }
    }
}
