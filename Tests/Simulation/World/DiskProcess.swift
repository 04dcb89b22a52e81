import Glibc
import State
import Synchronization

/// The calls of one simulated process on a disk, until it dies; some of them fail.
final class DiskProcess: Sendable {
    enum Fault: Sendable, Equatable {
        /// The process is gone in the middle of the call: of what it writes, this share is there.
        case death(share: Double)
        /// There is no room for this and so many calls after it.
        case full(calls: Int)
        /// The disk fails once.
        case failure
        /// The call takes so long, and everything else of the process waits.
        case slow(seconds: Int)
        /// The call never returns; what does not need its thread goes on.
        case hang
    }

    /// What becomes of a call.
    enum Verdict {
        case done
        /// The process dies with so many bytes written.
        case dies(after: Int)
        case fails(Int32)
    }

    struct Descriptor: Sendable {
        let inode: Int
        /// What it was opened by.
        let path: String
        let flags: Int32
        var place = 0
    }

    private struct State {
        var isDead = false
        /// The calls so far that have changed something.
        var effects = 0
        /// Whether a call has failed, or taken long.
        var isDisturbed = false
        /// Whether a call does not return.
        var isHung = false
        /// Reads of inputs until one does not return; nil where all do.
        var readsToHang: Int?
        var faults: [Int: Fault]
        var fullUntil = 0
        var descriptors: [Int32: Descriptor] = [:]
        var mostOpen = 0
        var lastDescriptor: Int32 = 10
    }

    let number: Int
    let disk: Disk
    /// A fault of the program's: some are in what it makes of the answers to its calls.
    let plant: Plant?
    private let state: Mutex<State>
    private let trace: Trace
    private let scheduler: Scheduler?

    /// - Parameters:
    ///   - faults: by the number of the call, of those that change something.
    ///   - hangingRead: the number of the call that reads an input and never returns.
    init(
        number: Int, disk: Disk, faults: [Int: Fault] = [:], hangingRead: Int? = nil, plant: Plant? = nil,
        trace: Trace, scheduler: Scheduler? = nil
    ) {
        self.number = number
        self.disk = disk
        self.plant = plant
        self.trace = trace
        self.scheduler = scheduler
        state = Mutex(State(readsToHang: hangingRead, faults: faults))
    }

    var isDead: Bool { state.withLock { $0.isDead } }
    /// Whether a call has failed, or taken long.
    var isDisturbed: Bool { state.withLock { $0.isDisturbed } }
    /// Whether a call does not return.
    var isHung: Bool { state.withLock { $0.isHung } }
    /// The calls so far that have changed something.
    var effectCount: Int { state.withLock { $0.effects } }
    /// Files that are open.
    var openCount: Int { state.withLock { $0.descriptors.count } }
    /// Files that were open at one time, at most.
    var mostOpen: Int { state.withLock { $0.mostOpen } }

    func die() {
        state.withLock { $0.isDead = true }
        disk.release(process: number)
    }

    /// Decides what becomes of a call that changes something.
    ///
    /// - Parameter needsRoom: whether a full disk refuses it.
    func effect(_ name: String, _ path: String, bytes: Int = 0, needsRoom: Bool = false) -> Verdict {
        var hangs = false
        let (verdict, isDead) = state.withLock { state -> (Verdict, Bool) in
            if state.isDead { return (.fails(EIO), false) }
            defer { state.effects += 1 }
            trace.note(call: state.effects, name, path, bytes)
            if state.faults[state.effects] != nil { state.isDisturbed = true }
            switch state.faults[state.effects] {
            case .death(let share):
                trace.note("the process dies")
                state.isDead = true
                return (.dies(after: Int(Double(bytes) * share)), true)
            case .full(let calls):
                trace.note("the disk is full")
                state.fullUntil = state.effects + calls
            case .failure:
                trace.note("the disk fails")
                return (.fails(EIO), false)
            case .slow(let seconds):
                trace.note("the call takes \(seconds) seconds")
                scheduler?.time.advance(by: .seconds(seconds))
            case .hang:
                hangs = true
                return (.fails(EIO), false)
            case nil: break
            }
            if needsRoom, state.effects <= state.fullUntil, state.fullUntil > 0 {
                return (.fails(ENOSPC), false)
            }
            return (.done, false)
        }
        if isDead { disk.release(process: number) }
        if hangs { hang() }
        return verdict
    }

    /// Decides what becomes of a call that reads an input.
    func willRead(_ path: String) {
        let hangs = state.withLock { state in
            guard let left = state.readsToHang, !state.isDead, path.contains("/in/") else { return false }
            state.readsToHang = left > 0 ? left - 1 : nil
            return left == 0
        }
        if hangs { hang() }
    }

    /// The end of the process is what ends the call.
    private func hang() {
        trace.note("the call never returns")
        state.withLock { state in
            state.isDisturbed = true
            state.isHung = true
        }
        scheduler?.hang()
        die()
    }

    func failed(_ code: Int32) -> Int32 {
        errno = code
        return -1
    }

    // MARK: - Descriptors

    func descriptor(_ number: Int32) -> Descriptor? {
        state.withLock { $0.isDead ? nil : $0.descriptors[number] }
    }

    func add(_ descriptor: Descriptor) -> Int32 {
        state.withLock { state in
            state.lastDescriptor += 1
            state.descriptors[state.lastDescriptor] = descriptor
            state.mostOpen = max(state.mostOpen, state.descriptors.count)
            return state.lastDescriptor
        }
    }

    func move(_ descriptor: Int32, to place: Int) {
        state.withLock { $0.descriptors[descriptor]?.place = place }
    }

    func forget(_ descriptor: Int32) { state.withLock { $0.descriptors[descriptor] = nil } }

}
