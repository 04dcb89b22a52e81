import CSQLite

/// SQLite's locks of one database file, and of the shared memory beside it.
struct DatabaseLocks: Sendable {
    /// A connection to the file.
    struct Owner: Hashable, Sendable {
        let process: Int
        let connection: Int
    }

    private var readers: Set<Owner> = []
    private var reserved: Owner?
    private var pending: Owner?
    private var exclusive: Owner?
    private var sharedSlots: [Int: Set<Owner>] = [:]
    private var exclusiveSlots: [Int: Owner] = [:]

    var isReserved: Bool { reserved != nil || exclusive != nil }

    /// - Parameter level: `SQLITE_LOCK_…`.
    /// - Returns: whether it was given.
    mutating func lock(_ level: Int32, for owner: Owner) -> Bool {
        func isOthers(_ holder: Owner?) -> Bool { holder != nil && holder != owner }
        switch level {
        case SQLITE_LOCK_SHARED:
            if isOthers(exclusive) || isOthers(pending) { return false }
            readers.insert(owner)
        case SQLITE_LOCK_RESERVED:
            if isOthers(reserved) || isOthers(exclusive) || isOthers(pending) { return false }
            reserved = owner
        case SQLITE_LOCK_PENDING, SQLITE_LOCK_EXCLUSIVE:
            if isOthers(reserved) || isOthers(exclusive) || isOthers(pending) { return false }
            pending = owner
            if readers.contains(where: { $0 != owner }) { return false }
            exclusive = owner
        default: break
        }
        return true
    }

    mutating func unlock(to level: Int32, for owner: Owner) {
        if reserved == owner { reserved = nil }
        if pending == owner { pending = nil }
        if exclusive == owner { exclusive = nil }
        if level == SQLITE_LOCK_NONE { readers.remove(owner) }
    }

    mutating func lockSlots(_ slots: Range<Int>, exclusively: Bool, for owner: Owner) -> Bool {
        for slot in slots {
            if let holder = exclusiveSlots[slot], holder != owner { return false }
            if exclusively, sharedSlots[slot]?.contains(where: { $0 != owner }) == true { return false }
        }
        for slot in slots {
            if exclusively {
                exclusiveSlots[slot] = owner
            } else {
                sharedSlots[slot, default: []].insert(owner)
            }
        }
        return true
    }

    mutating func unlockSlots(_ slots: Range<Int>, for owner: Owner) {
        for slot in slots {
            if exclusiveSlots[slot] == owner { exclusiveSlots[slot] = nil }
            sharedSlots[slot]?.remove(owner)
        }
    }

    mutating func release(_ owner: Owner) {
        unlock(to: SQLITE_LOCK_NONE, for: owner)
        unlockSlots(0..<Int(SQLITE_SHM_NLOCK), for: owner)
    }

    mutating func release(process: Int) {
        let slots = sharedSlots.values.reduce(into: Set(exclusiveSlots.values)) { $0.formUnion($1) }
        let owners = slots.union(readers).union([reserved, pending, exclusive].compactMap { $0 })
        for owner in owners where owner.process == process { release(owner) }
    }
}
