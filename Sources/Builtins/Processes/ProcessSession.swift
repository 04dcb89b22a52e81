import Logging
import Pacing
import PipelineSpec
import Records
import Streaming

/// A program that answers questions, started again when it ends.
///
/// Of those that are asked at the same time each gets its own answer: by its number (`id`), or the n-th by the n-th line.
actor ProcessSession {
    enum Matching: Sendable {
        case byNumber, byOrder
    }

    /// A line that the program wrote.
    struct Answer: Sendable {
        let chunk: Chunk
        let root: UInt32

        var node: Node { chunk.node(at: root) }

        /// - Throws: ``ProgramRefusal`` where the program says that it could not.
        func check() throws {
            if let error = node["error"], !error.isNull { throw ProgramRefusal(reason: error.plainText) }
        }
    }

    private struct Question {
        let number: Int
        let since: Duration
        let continuation: CheckedContinuation<Answer, any Error>
    }

    private static let pauses = RetryPolicy(initial: .milliseconds(100), maximum: .seconds(30))
    /// Lives in a row without an answer; a program that has so many does not work.
    private static let mostBarrenLives = 10

    private let child: ChildProcess
    private let matching: Matching
    private let timeout: Duration
    private let time: ProcessTime
    private let parser: JSONParser

    /// How often it has been started.
    private var life = 0
    private var input: ProcessInput?
    private var task: Task<Void, Never>?
    private var questions: [Question] = []
    private var lastNumber = 0
    private var hasAnswered = false
    private var barrenLives = 0
    private var rest = Duration.zero
    private var lastFailure = ProcessFailure.closed
    private var isClosed = false

    init(_ child: ChildProcess, _ matching: Matching, timeout: Duration, _ time: ProcessTime) {
        self.child = child
        self.matching = matching
        self.timeout = timeout
        self.time = time
        parser = JSONParser(maximumByteCount: child.command.lineLimit)
    }

    deinit { input?.end() }

    /// The number of the life that the program has now; one that does not run is started first.
    ///
    /// - Throws: ``ProcessUnusable`` when that is in vain, `CancellationError`.
    func start() async throws -> Int {
        isClosed = false
        while input == nil {
            if barrenLives >= ProcessSession.mostBarrenLives { throw ProcessUnusable(cause: lastFailure) }
            let pause = rest - time.uptime()
            if pause <= .zero {
                begin()
            } else {
                try await time.clock.sleep(for: pause)
            }
        }
        return life
    }

    /// Asks the program in one of its lives.
    ///
    /// - Parameters:
    ///   - life: what ``start()`` answered.
    ///   - question: writes the line: what a message has beside its `id`, or the whole where answers are told apart by their
    ///     order.
    /// - Throws: ``ProcessFailure`` when that life ends before the answer, `CancellationError`.
    func ask(in life: Int, _ question: @Sendable (inout OutputBuffer) -> Void) async throws -> Answer {
        guard life == self.life, let input else { throw lastFailure }
        lastNumber += 1
        let number = lastNumber
        let line = line(number, question)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                questions.append(Question(number: number, since: time.uptime(), continuation: continuation))
                input.give(line)
            }
        } onCancel: {
            Task { await self.forget(number) }
        }
    }

    private func line(_ number: Int, _ question: (inout OutputBuffer) -> Void) -> [UInt8] {
        var line = OutputBuffer()
        if matching == .byNumber { line.append("{\"id\":\(number),") }
        question(&line)
        line.append(matching == .byNumber ? "}\n" : "\n")
        return Array(line.bytes)
    }

    /// Lets the program end, and waits for that.
    func close() async {
        isClosed = true
        input?.end()
        await task?.value
    }

    /// Who asked does not wait any more. The program's answer would be taken for that to another question where they are
    /// told apart by their order, so it is ended.
    private func forget(_ number: Int) {
        guard let place = questions.firstIndex(where: { $0.number == number }) else { return }
        questions.remove(at: place).continuation.resume(throwing: CancellationError())
        if matching == .byOrder { task?.cancel() }
    }

    private func begin() {
        life += 1
        hasAnswered = false
        let input = ProcessInput()
        self.input = input
        // Whoever lets go of the session lets the program end.
        task = Task { [weak self, life, child, parser, timeout, time] in
            let failure: ProcessFailure
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await child.run(input) { [weak self] line in
                            let answer = try ProcessSession.parse(line, with: parser, from: child)
                            try await self?.take(answer, life)
                        }
                    }
                    group.addTask { [weak self] in
                        while true {
                            try await time.clock.sleep(for: timeout / 4)
                            try await self?.lookForSilence(life)
                        }
                    }
                    try await group.next()
                    group.cancelAll()
                }
                failure = .endedWell(program: child.command.name)
            } catch let error as ProcessFailure {
                failure = error
            } catch {
                failure = .closed
            }
            await self?.ended(life, failure)
        }
    }

    private static func parse(
        _ line: [UInt8], with parser: JSONParser, from child: ChildProcess
    ) throws -> Answer {
        do {
            let (chunk, root) = try line.withUnsafeBufferPointer {
                try parser.parse($0, origin: Origin(source: child.name, received: 0))
            }
            return Answer(chunk: chunk, root: root)
        } catch {
            throw ProcessFailure.notUnderstood(
                program: child.command.name,
                "this line is no JSON (\(error)): \(OneLine.text(line, limit: 200))")
        }
    }

    private func take(_ answer: Answer, _ life: Int) throws {
        guard life == self.life else { return }
        hasAnswered = true
        barrenLives = 0
        let place: Int?
        switch matching {
        case .byOrder: place = questions.isEmpty ? nil : 0
        case .byNumber:
            let number = answer.node["id"]?.int
            place = number.flatMap { number in questions.firstIndex { $0.number == number } }
            // Whoever asked may have gone.
            if let number, place == nil, number > 0, number <= lastNumber { return }
        }
        guard let place else {
            let line = OneLine.text(Array(answer.node.text), limit: 200)
            throw ProcessFailure.notUnderstood(
                program: child.command.name, "this answers nothing that was asked: \(line)")
        }
        questions.remove(at: place).continuation.resume(returning: answer)
    }

    private func lookForSilence(_ life: Int) throws {
        guard life == self.life, let first = questions.first, time.uptime() - first.since > timeout else {
            return
        }
        throw ProcessFailure.silent(program: child.command.name, for: timeout)
    }

    private func ended(_ life: Int, _ failure: ProcessFailure) {
        guard life == self.life else { return }
        input = nil
        lastFailure = failure
        if !hasAnswered { barrenLives += 1 }
        // What cannot be started now cannot be a moment later.
        if case .notStarted = failure { barrenLives = ProcessSession.mostBarrenLives }
        rest = time.uptime() + ProcessSession.pauses.pause(after: max(1, barrenLives), random: time.random())
        if !isClosed, barrenLives < ProcessSession.mostBarrenLives {
            child.logger.warning("\(child.name): \(failure); starting it again when it is needed")
        }
        let waiting = questions
        questions = []
        for question in waiting { question.continuation.resume(throwing: failure) }
    }
}

/// Where time and chance come from.
struct ProcessTime: Sendable {
    let clock: any Clock<Duration>
    let uptime: @Sendable () -> Duration
    let random: @Sendable () -> Double
}

extension ProcessTime {
    init(_ context: BuildContext) {
        let surroundings = context[SurroundingsKey.self]
        self.init(
            clock: surroundings.clock, uptime: surroundings.uptime, random: surroundings.random)
    }
}
