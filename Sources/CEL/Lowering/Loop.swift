import Records

/// A loop of a macro over a list or a map.
struct Loop: Sendable {
    let range: Step
    let site: Int32
    let rangeSite: Int32
    let slot: Int
    let hasTwoVariables: Bool
    let name: String

    /// Puts the variables of each turn into their slots and calls `body` until it answers a result.
    ///
    /// Answers that result, a failure of the range or the cost limit, or nil when the loop went to its end.
    @inline(__always)
    func run(
        over value: Value, _ frame: inout Frame, _ body: (inout Frame, Value) -> Value?
    ) -> Value? {
        switch value {
        case .list(let list):
            for position in 0..<list.count {
                if let result = turn(.int(Int64(position)), list[position], &frame, body) { return result }
            }
        case .node(let node) where node.kind == .array:
            var position: Int64 = 0
            for element in node.elements {
                if let result = turn(.int(position), Value(element), &frame, body) { return result }
                position += 1
            }
        case .failure: return value
        default:
            guard let map = frame.map(value) else { return frame.mismatch(name, at: rangeSite, value) }
            for position in 0..<map.count {
                let key = map.key(position)
                let element = hasTwoVariables ? map.value(position) : key
                if let result = turn(key, element, &frame, body) { return result }
            }
        }
        return frame.isExhausted ? frame.costFailure(at: site) : nil
    }

    @inline(__always)
    private func turn(
        _ key: Value, _ value: Value, _ frame: inout Frame, _ body: (inout Frame, Value) -> Value?
    ) -> Value? {
        guard frame.spend() else { return frame.costFailure(at: site) }
        if hasTwoVariables {
            frame.slots[slot] = key
            frame.slots[slot + 1] = value
        } else {
            frame.slots[slot] = value
        }
        return body(&frame, value)
    }

    /// The most entries that a result can have, paid for with so many in a step; nil when they cost too much.
    private func capacity(_ value: Value, _ frame: inout Frame, inStep share: Int) -> Int? {
        let count = frame.count(value) ?? 0
        return frame.spend(count / share) ? count : nil
    }

    // MARK: Quantifiers

    /// `exists` ends with the first true, `all` with the first false; failures count only if nothing decides.
    func quantifier(_ predicate: @escaping Step, deciding: Bool) -> Lowered {
        Lowered { frame in
            var failure: Value?
            let result = run(over: range(&frame), &frame) { frame, _ in
                let value = predicate(&frame)
                if case .bool(let flag) = value { return flag == deciding ? value : nil }
                if case .failure(let found) = value {
                    if found.kind == .costLimit { return value }
                    failure = failure ?? value
                } else {
                    failure = failure ?? frame.mismatch(name, at: site, value)
                }
                return nil
            }
            return result ?? failure ?? .bool(!deciding)
        }
    }

    func existsOne(_ predicate: @escaping Step) -> Lowered {
        Lowered { frame in
            var count = 0
            let result = run(over: range(&frame), &frame) { frame, _ in
                switch accepts(predicate, &frame) {
                case .yes: count += 1
                case .no: break
                case .failed(let failure): return failure
                }
                return nil
            }
            return result ?? .bool(count == 1)
        }
    }

    private enum Answer {
        case yes, no
        case failed(Value)
    }

    @inline(__always)
    private func accepts(_ predicate: Step?, _ frame: inout Frame) -> Answer {
        guard let predicate else { return .yes }
        let value = predicate(&frame)
        if case .bool(let flag) = value { return flag ? .yes : .no }
        return .failed(value.isFailure ? value : frame.mismatch(name, at: site, value))
    }

    // MARK: Lists

    func filter(_ predicate: @escaping Step) -> Lowered {
        Lowered { frame in
            let values = range(&frame)
            guard let capacity = capacity(values, &frame, inStep: 4) else {
                return frame.costFailure(at: site)
            }
            let start = frame.arena.allocate(Value.self, count: capacity)
            var count = 0
            let failure = run(over: values, &frame) { frame, value in
                switch accepts(predicate, &frame) {
                case .yes:
                    (start + count).initialize(to: value)
                    count += 1
                case .no: break
                case .failed(let failure): return failure
                }
                return nil
            }
            return failure ?? .list(Value.List(start: start, count: count))
        }
    }

    func map(_ predicate: Step?, _ transform: @escaping Step) -> Lowered {
        Lowered { frame in
            let values = range(&frame)
            guard let capacity = capacity(values, &frame, inStep: 4) else {
                return frame.costFailure(at: site)
            }
            let start = frame.arena.allocate(Value.self, count: capacity)
            var count = 0
            let failure = run(over: values, &frame) { frame, _ in
                switch accepts(predicate, &frame) {
                case .yes: break
                case .no: return nil
                case .failed(let failure): return failure
                }
                let result = transform(&frame)
                if result.isFailure { return result }
                (start + count).initialize(to: result)
                count += 1
                return nil
            }
            return failure ?? .list(Value.List(start: start, count: count))
        }
    }

    func sortBy(_ transform: @escaping Step) -> Lowered {
        Lowered { frame in
            var pairs: [(key: Value, value: Value)] = []
            let failure = run(over: range(&frame), &frame) { frame, value in
                let key = transform(&frame)
                if key.isFailure { return key }
                pairs.append((key, value))
                return nil
            }
            return failure ?? frame.sorted(pairs, at: site, name)
        }
    }

    // MARK: Maps

    func transformMap(_ predicate: Step?, _ transform: @escaping Step) -> Lowered {
        Lowered { frame in
            let values = range(&frame)
            guard let capacity = capacity(values, &frame, inStep: 1) else {
                return frame.costFailure(at: site)
            }
            let map = Value.Map.empty(capacity: capacity, in: &frame.arena)
            let failure = run(over: values, &frame) { frame, _ in
                switch accepts(predicate, &frame) {
                case .yes: break
                case .no: return nil
                case .failed(let failure): return failure
                }
                let key = frame.slots[slot]
                let result = transform(&frame)
                if result.isFailure { return result }
                _ = map.insert(key, result)
                return nil
            }
            return failure ?? .map(map)
        }
    }

    func transformEntries(_ predicate: Step?, _ transform: @escaping Step) -> Lowered {
        Lowered { frame in
            var entries: [(Value, Value)] = []
            let failure = run(over: range(&frame), &frame) { frame, _ in
                switch accepts(predicate, &frame) {
                case .yes: break
                case .no: return nil
                case .failed(let failure): return failure
                }
                let result = transform(&frame)
                if result.isFailure { return result }
                guard let map = frame.map(result) else { return frame.mismatch(name, at: site, result) }
                for position in 0..<map.count { entries.append((map.key(position), map.value(position))) }
                return frame.spend(map.count) ? nil : frame.costFailure(at: site)
            }
            if let failure { return failure }
            let map = Value.Map.empty(capacity: entries.count, in: &frame.arena)
            for (key, value) in entries where !map.insert(key, value) {
                return frame.failure(.duplicateKey, at: site, frame.shown(key))
            }
            return .map(map)
        }
    }
}

extension Frame {
    /// The values in the order of their keys, equal ones as they were.
    mutating func sorted(_ pairs: [(key: Value, value: Value)], at site: Int32, _ name: String) -> Value {
        for pair in pairs where Value.compare(pair.key, pairs[0].key, in: &self) == nil {
            return isExhausted ? costFailure(at: site) : mismatch(name, at: site, pair.key, pairs[0].key)
        }
        guard spend(pairs.count * max(1, pairs.count.bitWidth - pairs.count.leadingZeroBitCount)) else {
            return costFailure(at: site)
        }
        let order = pairs.indices.sorted {
            Value.compare(pairs[$0].key, pairs[$1].key, in: &self) == .less
        }
        guard !isExhausted else { return costFailure(at: site) }
        return .list(arena.list(order.map { pairs[$0].value }))
    }
}
