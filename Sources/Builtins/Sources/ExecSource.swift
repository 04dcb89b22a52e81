import PipelineSpec
import Records
import Streaming
import Synchronization

/// Reads what a program writes.
final class ExecSource: AcknowledgingSource {
    /// What the lines are.
    enum Form: String, OptionEnum {
        case messages, records

        var doc: String {
            switch self {
            case .messages:
                "Messages: records with positions, which the program is told when they are delivered."
            case .records: "The records themselves; each run of the program gives them from the start."
            }
        }
    }

    static let component = Component<any Source>(
        "exec", "Reads records that a program of yours writes.",
        details: ProcessOptions.details + """


            It is told where to begin (`start`), writes records and the positions behind them, and is told which positions have \
            been delivered (`committed`), so that it can acknowledge them to a queue. When it ends with status 0 it has been \
            read, until the next poll; another status is a failure, which is retried. What follows a position comes in the \
            same order whenever it is asked for it, or each record has a position of its own. With `lines: records` each line \
            is a record, and a run of the program is read from its start: a `dedup` drops what was there before.
            """,
        ProcessOptions.command, ProcessOptions.shell, ProcessOptions.environment,
        Field<Form>("lines", default: .messages, "What the lines are.", role: .address),
        ProcessOptions.maxLine, ProcessOptions.grace,
        shorthand: "command", oneOf: ProcessOptions.alternatives
    ) { context, command, shell, environment, form, maxLine, grace in
        let command = ProcessCommand(
            command, shell: shell, environment: environment, maxLine: maxLine, grace: grace, context)
        return ExecSource(ChildProcess(command, context), form)
    }
    .with(ComponentTraits(makesRequests: { _ in false }, makesOwnRequests: true))
    .depending(on: ProcessOptions.dependency)

    private struct State {
        /// That of the program which runs now, or ran last.
        var input: ProcessInput?
        var process: Task<Result<Void, any Error>, Never>?
        /// Whether it stays only to hear what is delivered.
        var isLeaving = false
        /// The position at which it was left.
        var last: String?
        /// The last that was delivered.
        var committed: String?
        var hasBegun = false
    }

    private let child: ChildProcess
    private let form: Form
    private let state = Mutex(State())

    init(_ child: ChildProcess, _ form: Form) {
        self.child = child
        self.form = form
    }

    deinit { state.withLock { $0.input?.end() } }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let position = try anchor.map(ProgramPosition.init)
        // Nothing says that it gives the same again.
        if form == .records { try outlet.restart() }
        await endLast()
        let input = begin(at: position?.json)
        let channel = LineChannel()
        let process = Task { [child] in
            let outcome: Result<Void, any Error>
            do {
                try await child.run(input) { await channel.put($0) }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await channel.end()
            return outcome
        }
        state.withLock { $0.process = process }
        var reader = ProgramReader(form, child, outlet)
        do {
            while let lines = try await channel.take() {
                try await reader.send(lines)
            }
        } catch {
            // The run is over, or wants no more.
            await channel.leave()
            leave(input, at: outlet.anchor)
            throw error
        }
        try await process.value.get()
        // One that names no position begins at its start the next time.
        if outlet.anchor == nil { try outlet.restart() }
    }

    func committed(_ position: SourcePosition) async throws {
        guard form == .messages, let json = position.anchor?.json else { return }
        let left = state.withLock { state -> Task<Result<Void, any Error>, Never>? in
            guard state.committed != json else { return nil }
            state.committed = json
            state.input?.give(ExecSource.line("{\"committed\":\(json)}"))
            guard state.isLeaving, state.last == json else { return nil }
            state.input?.end()
            return state.process
        }
        // This program may end next, and what was given to the other one with it.
        _ = await left?.value
    }

    /// One that stayed to hear what was delivered hears that from the next one's start.
    private func endLast() async {
        let last = state.withLock { state in
            state.input?.end()
            return state.process
        }
        _ = await last?.value
    }

    private func begin(at position: String?) -> ProcessInput {
        let input = ProcessInput()
        state.withLock { state in
            state.input = input
            state.isLeaving = false
            // What the first reading goes on with was delivered by the run before; later ones may be ahead.
            if !state.hasBegun { state.committed = position }
            state.hasBegun = true
            guard form == .messages else { return }
            let start = "{\"position\":\(position ?? "null"),\"committed\":\(state.committed ?? "null")}"
            input.give(ExecSource.line("{\"start\":\(start)}"))
        }
        if form == .records { input.close() }
        return input
    }

    /// Nothing more is read: the program stays until it has heard what was delivered, or this program ends.
    private func leave(_ input: ProcessInput, at anchor: Anchor?) {
        state.withLock { state in
            guard form == .messages else { return input.end() }
            state.isLeaving = true
            state.last = anchor?.json
            input.give(ExecSource.line("{\"stop\":true}"))
            if state.last == state.committed { input.end() }
        }
    }

    private static func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }
}

/// Makes records of the lines that a program writes.
private struct ProgramReader {
    private let form: ExecSource.Form
    private let child: ChildProcess
    private let outlet: SourceOutlet
    private let parser: JSONParser
    private var lineNumber = 0

    init(_ form: ExecSource.Form, _ child: ChildProcess, _ outlet: SourceOutlet) {
        self.form = form
        self.child = child
        self.outlet = outlet
        parser = JSONParser(maximumByteCount: child.command.lineLimit)
    }

    mutating func send(_ lines: [[UInt8]]) async throws {
        let origin = outlet.origin()
        var records: [Record] = []
        for line in lines {
            lineNumber += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do {
                let (chunk, root) = try line.withUnsafeBufferPointer { try parser.parse($0, origin: origin) }
                if let position = take(chunk, root, &records) {
                    try await outlet.send(records, then: Anchor(json: position))
                    records = []
                }
            } catch let error as JSONError {
                reject("\(error); near: \(OneLine.text(line, limit: 120))")
            }
        }
        if !records.isEmpty { try await outlet.send(records) }
    }

    /// - Returns: the position behind the records so far, where the line tells it.
    private func take(_ chunk: Chunk, _ root: UInt32, _ records: inout [Record]) -> String? {
        let node = chunk.node(at: root)
        guard node.kind == .object else {
            reject("a line is a JSON object")
            return nil
        }
        if form == .records {
            records.append(Record(chunk: chunk, root: root, index: outlet.indexes(1)))
            return nil
        }
        let position = node["position"].map { $0.json }
        var isKnown = position != nil
        if let record = node["record"] {
            isKnown = true
            append(record, of: chunk, to: &records)
        }
        if let several = node["records"] {
            isKnown = true
            for record in several.elements { append(record, of: chunk, to: &records) }
        }
        if let error = node["error"] {
            isKnown = true
            reject(error.plainText)
        }
        if !isKnown { reject("a message has `record`, `records`, `position` or `error`") }
        return position
    }

    private func append(_ node: Node, of chunk: Chunk, to records: inout [Record]) {
        guard node.kind == .object else { return reject("a record is a JSON object") }
        records.append(Record(chunk: chunk, root: node.index, index: outlet.indexes(1)))
    }

    private func reject(_ message: String) {
        outlet.reject(SourceProblem(place: "\(child.command.name):\(lineNumber)", message: message))
    }
}
