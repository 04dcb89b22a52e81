/// Which of some records may be sent next, when several are under way at the same time. Pure.
///
/// Records of one key go one after the other, in their order; and once one could not be sent, no other begins, so that
/// what is tried again is not overtaken by more than was under way.
struct DeliveryOrder<Key: Hashable> {
    private let keys: [Key?]
    private var next = 0
    private var underWay: Set<Key> = []
    /// Those that wait for one of their key, the first to come last.
    private var waiting: [Key: [Int]] = [:]
    private var released: [Int] = []
    private var isStopped = false

    /// - Parameter keys: of the records in their order; those without go whenever there is room.
    init(_ keys: [Key?]) { self.keys = keys }

    /// The next record to be sent; nil when there is none for now.
    mutating func begin() -> Int? {
        if isStopped { return nil }
        if let index = released.popLast() { return index }
        while next < keys.count {
            defer { next += 1 }
            guard let key = keys[next] else { return next }
            if underWay.insert(key).inserted { return next }
            waiting[key, default: []].insert(next, at: 0)
        }
        return nil
    }

    /// - Parameter stops: whether it could not be sent.
    mutating func end(_ index: Int, stops: Bool) {
        if stops { isStopped = true }
        guard let key = keys[index] else { return }
        if let follower = waiting[key]?.popLast() {
            released.append(follower)
            if waiting[key]?.isEmpty == true { waiting[key] = nil }
        } else {
            underWay.remove(key)
        }
    }
}
