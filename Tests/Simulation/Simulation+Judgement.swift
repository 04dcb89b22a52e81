import Hosting
import Streaming

extension Simulation {
    /// In words, what is wrong with one life of the program.
    func judge(_ life: Life, mustSucceed: Bool, isLast: Bool) -> String? {
        let violation =
            outcomeViolation(life, mustSucceed: mustSucceed) ?? filesViolation(life) ?? life.bounds.violation
            ?? figuresViolation(life) ?? planViolation(life.program.plan, life.run, isLast: isLast)
        if violation != nil { return violation }
        if life.process.isDisturbed { return hangViolation(life) }
        return life.isLocked ? nil : endViolation(life)
    }

    private func outcomeViolation(_ life: Life, mustSucceed: Bool) -> String? {
        switch (life.program.outcome, life.ending) {
        case (nil, _) where life.process.isHung: trace.tell("run \(life.number) hung until it ended itself")
        case (nil, .stuck): return "run \(life.number) waits for ever"
        case (nil, _): return "run \(life.number) does not end"
        case (.threw(let message), _):
            trace.tell("run \(life.number) failed: \(message)")
            if mustSucceed { return "a run that nobody disturbed failed: \(message)" }
        case (.ended(let failures), _):
            trace.tell("run \(life.number) ended")
            if mustSucceed, let failure = failures.min(by: { $0.key < $1.key }) {
                return "a source that nobody disturbed failed: \(failure.value)"
            }
        }
        return nil
    }

    /// **No more files are open than the spec needs, and none when the run has ended.**
    private func filesViolation(_ life: Life) -> String? {
        if !life.hasDied, life.process.openCount > 0 {
            return "run \(life.number) has left \(life.process.openCount) files open"
        }
        let most = life.run.spec.mostOpenFiles
        if life.process.mostOpen <= most { return nil }
        return "bounds: run \(life.number) had \(life.process.mostOpen) files open where \(most) may be"
    }

    /// What the run's own figures say has to agree with itself.
    private func figuresViolation(_ life: Life) -> String? {
        guard let figures = life.program.figures else { return nil }
        var accounts = Accounts(figures)
        if plant == .recordUncounted, accounts.read > 20 { accounts.read -= 1 }
        if plant == .holdUncounted { accounts.held = 0 }
        guard case .ended? = life.program.outcome, !life.hasDied else {
            return accounts.violation(isWhole: false)
        }
        return accounts.violation(isWhole: true)
    }

    /// **A run that nothing stands in the way of ends without an error, and soon when it is to stop.**
    private func endViolation(_ life: Life) -> String? {
        if case .threw(let message)? = life.program.outcome {
            return "a run that nothing disturbed failed: \(message)"
        }
        if let late = life.late, late > Pipeline.Settings().shutdownTimeout {
            return "a run that was stopped goes on: for \(late.components.seconds) seconds"
        }
        return nil
    }

    /// **A source that hangs holds no other one up.**
    private func hangViolation(_ life: Life) -> String? {
        let spec = life.run.spec
        // A rate limit lets few in, and what is locked waits.
        let isSlow = spec.stages.contains { if case .rate = $0 { true } else { false } }
        if isSlow || life.isLocked || !life.run.faults.isEmpty || spec.concurrentSources < 2 { return nil }
        if life.unread.count < 2 { return nil }
        return "beside a source that hangs, others are not read to their end: \(life.unread)"
    }

    /// Whether the user has taken a `was` out again after a run that may have died before the state knew of the move.
    private func forgetsMove(_ run: Scenario.Run) -> Bool {
        guard let former, !former.isWhole else { return false }
        return former.spec.inputs.contains { $0.was != nil } && run.spec.inputs != former.spec.inputs
    }

    /// **`plan` says of an edit what it repeats, and nothing of one that repeats nothing; it changes nothing itself.**
    private func planViolation(_ foreseen: Program.Foreseen?, _ run: Scenario.Run, isLast: Bool) -> String? {
        guard let plan = foreseen?.plan else { return nil }
        let isRepeated = plant != .planSilent && !plan.findings(.repeated).isEmpty
        mayRepeat = run.mayRepeat || forgetsMove(run) || mayRepeat && (isRepeated || !plan.hasState)
        if isRepeated { repeats += 1 }
        let told = plan.findings.map { "\($0.kind) \($0.name) \($0.fate)" }.joined(separator: ", ")
        if foreseen?.effects != 0 { return "plan: it has changed something on the disk" }
        if !plan.findings(.givenUp).isEmpty { return "plan: it says that something is given up: \(told)" }
        if !mayRepeat, isRepeated {
            return "plan: it says that something is repeated: \(told)"
        }
        if isLast, plan.isChange || !plan.hasState {
            return "plan: it sees a change where there is none: \(told)"
        }
        return nil
    }
}
