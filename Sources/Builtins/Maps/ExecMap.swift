import PipelineSpec
import Records
import Streaming

/// Gives each record to a program, which answers with what goes on in its place.
struct ExecMap: AsyncTransform {
    /// What the lines are.
    enum Form: String, OptionEnum {
        case messages, records

        var doc: String {
            switch self {
            case .messages: "Numbered messages, answered in any order, each perhaps with an error."
            case .records:
                "The records themselves: the n-th line that comes back goes on in place of the n-th record."
            }
        }
    }

    static let component = Component<any MapBody>(
        "exec", "Gives records to a program of yours, and goes on with what it answers.",
        details: ProcessOptions.details + """


            A record is `{"id": 7, "record": {…}}`, and its answer has the same `id` with `record`, `records` (several, or none to \
            drop it), or `error`, which `on_error` decides about. With `lines: records` each line is a record and each answer a \
            line, so that filters such as `jq` serve. A program that ends is asked again for what it has not answered, each \
            record alone; one that it ends with three times has failed.
            """,
        ProcessOptions.command, ProcessOptions.shell, ProcessOptions.environment,
        Field<Form>("lines", default: .messages, "What the lines are.", role: .address),
        Field<Int>(
            "concurrency", default: 16, "Records that are given to it before it answers.", .range(1...1000)),
        Field<Duration>(
            "timeout", default: .seconds(60), "A program that takes longer for a record is ended.", .positive),
        ProcessOptions.maxLine, ProcessOptions.grace,
        shorthand: "command", oneOf: ProcessOptions.alternatives
    ) { context, command, shell, environment, form, concurrency, timeout, maxLine, grace in
        let command = ProcessCommand(
            command, shell: shell, environment: environment, maxLine: maxLine, grace: grace, context)
        return ExecMap(
            form, concurrency: concurrency,
            ProcessSession(
                ChildProcess(command, context), form == .messages ? .byNumber : .byOrder, timeout: timeout,
                ProcessTime(context)))
    }
    .with(ComponentTraits(waits: true))
    .depending(on: ProcessOptions.dependency)

    /// Lives of the program that a record may end.
    private static let mostEnds = 3

    let concurrency: Int
    private let form: Form
    private let session: ProcessSession
    private let turns = ProcessTurns()

    init(_ form: Form, concurrency: Int, _ session: ProcessSession) {
        self.form = form
        self.concurrency = concurrency
        self.session = session
    }

    func transform(_ record: Record) async throws -> [Record] {
        var ends = 0
        while true {
            do {
                let answer = try await turns.take(alone: ends > 0) { try await ask(record) }
                return try results(answer, for: record)
            } catch let failure as ProcessFailure {
                ends += 1
                guard ends < ExecMap.mostEnds else { throw failure }
            }
        }
    }

    private func ask(_ record: Record) async throws -> ProcessSession.Answer {
        let life = try await session.start()
        return try await session.ask(in: life) { line in
            if form == .messages { line.append("\"record\":") }
            line.append(record)
        }
    }

    private func results(_ answer: ProcessSession.Answer, for record: Record) throws -> [Record] {
        if form == .messages { try answer.check() }
        let nodes: [Node]
        if form == .records {
            nodes = [answer.node]
        } else if let record = answer.node["record"] {
            nodes = [record]
        } else if let records = answer.node["records"], records.kind == .array {
            nodes = Array(records.elements)
        } else {
            throw ProgramRefusal(reason: "the answer has no `record`, `records` or `error`")
        }
        return try nodes.map { node in
            guard node.kind == .object else { throw ProgramRefusal(reason: "the answer is no JSON object") }
            var builder = ChunkBuilder()
            builder.copy(node)
            let (chunk, roots) = try builder.finish(origin: record.chunk.origin)
            return Record(record, movedTo: chunk, root: roots[0])
        }
    }
}
