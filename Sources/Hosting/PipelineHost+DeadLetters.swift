import Builtins
import Logging
package import PipelineSpec
import Records
import State
package import Streaming

/// A dead letter as it stands in its file.
package struct StoredLetter: Sendable {
    /// The number of its line.
    package let number: Int
    package let letter: DeadLetter

    /// Nil for a line that is none: damaged, or somebody else's.
    init?(_ line: FileLine) {
        guard let bytes = line.bytes else { return nil }
        let parsed = bytes.withUnsafeBufferPointer {
            try? JSONParser().parse($0, origin: Origin(source: DeadLetter.identity, received: 0))
        }
        guard let (chunk, root) = parsed, chunk.node(at: root).kind == .object,
            let letter = DeadLetter(Record(chunk: chunk, root: root, index: 0))
        else { return nil }
        number = line.number
        self.letter = letter
    }
}

/// Which dead letters are meant: those that all that is given holds for.
package struct LetterChoice: Sendable {
    /// Any of them; empty for all, as in the following.
    package var stages: Set<String> = []
    package var sinks: Set<String> = []
    package var sources: Set<String> = []
    /// In RFC 3339 in UTC with milliseconds, as letters have it: texts that are in the order of time.
    package var since: String?
    package var numbers: [ClosedRange<Int>] = []

    package init() {}

    package func contains(_ stored: StoredLetter) -> Bool { contains(stored.letter, number: stored.number) }

    /// - Parameter number: what the letter was listed with.
    func contains(_ letter: DeadLetter, number: Int) -> Bool {
        (stages.isEmpty || stages.contains(letter.stage))
            && (sinks.isEmpty || letter.sink.map(sinks.contains) == true)
            && (sources.isEmpty || sources.contains(letter.source))
            && since.map { letter.time >= $0 } != false && isNumbered(number)
    }

    /// The first and the last number of each range: letters that must be there.
    var bounds: Set<Int> { Set(numbers.map(\.lowerBound) + numbers.map(\.upperBound)) }

    private func isNumbered(_ number: Int) -> Bool {
        numbers.isEmpty || numbers.contains { $0.contains(number) }
    }
}

/// Why no letters were taken out.
package enum DeadLetterError: Error, Hashable, CustomStringConvertible {
    /// What was asked for by its number is not there.
    case noLetter(Int)
    /// With the names that there are.
    case noStage(String, [String])
    /// There is nothing that could hold the records until they are delivered.
    case noState

    package var description: String {
        switch self {
        case .noState:
            "a replay needs a state that outlives the process; give 'settings.state' or --state a file"
        case .noStage(let name, let names):
            "there is no stage '\(name)'; there are \(names.map { "'\($0)'" }.joined(separator: ", "))"
        case .noLetter(let number): "there is no dead letter \(number)"
        }
    }
}

/// What became of dead letters.
package struct LetterRemoval: Sendable, Hashable {
    package var dropped = 0
    package var left = 0
    /// Lines that are no letters; they stay.
    package var foreign = LineNumbers()

    package init() {}
}

extension PipelineHost {
    /// Says that the dead letters of a pipeline are not where they are looked for, where a sink gets them.
    package func tellOfLetterSink(_ spec: PipelineSpec) {
        guard let sink = spec.deadLetters else { return }
        logger.notice(
            """
            the dead letters of this pipeline are in its sink '\(sink.name)'; in their file are those that it refused, \
            and those from before it was named
            """)
    }

    /// Goes through the dead letters of a pipeline, the oldest first. Nothing is locked or changed; a run may be writing them.
    ///
    /// - Parameters:
    ///   - state: the state file; nil is the spec's own, or the default.
    ///   - body: is given each letter, or nil with the number of a line that is none.
    /// - Throws: `FileError`, and what `body` throws.
    package func forEachDeadLetter(
        of spec: PipelineSpec, file: SpecFile, state: String? = nil,
        _ body: (StoredLetter?, _ number: Int) throws -> Void
    ) throws {
        let place = place(of: spec, file: file, state: state)
        _ = try FileLine.forEach(in: place.deadLetters) { line in
            let letter = StoredLetter(line)
            // A run is writing the last one.
            if letter == nil, !line.isWhole { return }
            try body(letter, line.number)
        }
    }

    /// Takes dead letters out of their file, and forgets that their records have failed: one that fails again in the same
    /// way is written again. No run may have the state meanwhile.
    ///
    /// - Throws: ``DeadLetterError``, `StateError`, `OutputInUse`, `FileError`; everything is as it was then.
    package func dropDeadLetters(
        _ choice: LetterChoice, of spec: PipelineSpec, redactor: Redactor, file: SpecFile,
        state: String? = nil
    ) async throws -> LetterRemoval {
        let place = place(of: spec, file: file, state: state)
        let owner = file.owner(spec.name)
        // Throws where it is another pipeline's. Where there is none, none is made.
        let hasState = try place.view(for: owner) != nil
        let store = SealedStore(hasState ? try place.open(for: owner, logger) : MemoryStore(), redactor)
        let extraction = try await LetterExtraction(store, in: place, self)
        var result = LetterRemoval()
        var missing = choice.bounds
        try extraction.forEach { stored, number in
            guard let stored else {
                result.foreign.add(number)
                return .left
            }
            missing.remove(number)
            guard choice.contains(stored) else {
                result.left += 1
                return .left
            }
            return .taken
        }
        if let number = missing.min() { throw DeadLetterError.noLetter(number) }
        try extraction.commit()
        result.dropped = extraction.takenCount
        return result
    }
}
