/// What inference has found out about type variables.
struct Substitution {
    private var found: [Int: ValueType] = [:]
    private var nextVariable = 0

    mutating func freshVariable() -> ValueType {
        nextVariable += 1
        return .variable(nextVariable)
    }

    /// The type with all known variables replaced; unknown ones become dyn when `final`.
    func apply(_ type: ValueType, final: Bool = false) -> ValueType {
        switch type {
        case .variable(let number):
            found[number].map { apply($0, final: final) } ?? (final ? .dyn : type)
        case .list(let element): .list(apply(element, final: final))
        case .map(let key, let value): .map(apply(key, final: final), apply(value, final: final))
        case .type(let inner): .type(apply(inner, final: final))
        case .nullable(let inner): .nullable(apply(inner, final: final))
        case .opaque(let name, let parameters): .opaque(name, parameters.map { apply($0, final: final) })
        case .function(let result, let parameters):
            .function(
                result: apply(result, final: final), parameters: parameters.map { apply($0, final: final) })
        default: type
        }
    }

    /// The declared type with its parameters replaced by variables, the same name by the same variable.
    mutating func instantiate(_ type: ValueType, _ names: inout [String: ValueType]) -> ValueType {
        switch type {
        case .parameter(let name):
            if let variable = names[name] { return variable }
            let variable = freshVariable()
            names[name] = variable
            return variable
        case .list(let element): return .list(instantiate(element, &names))
        case .map(let key, let value):
            return .map(instantiate(key, &names), instantiate(value, &names))
        case .type(let inner): return .type(instantiate(inner, &names))
        case .nullable(let inner): return .nullable(instantiate(inner, &names))
        case .opaque(let name, let parameters):
            return .opaque(name, parameters.map { instantiate($0, &names) })
        default: return type
        }
    }

    /// Whether values of one type may stand where the other is expected; remembers what that means for variables.
    /// On failure nothing is remembered.
    mutating func unify(_ pairs: [(ValueType, ValueType)]) -> Bool {
        let before = found
        for (left, right) in pairs where !agree(left, right) {
            found = before
            return false
        }
        return true
    }

    private mutating func agree(_ left: ValueType, _ right: ValueType) -> Bool {
        if case .variable(let number) = right {
            switch bind(left, to: number) {
            case .agreed: return true
            case .conflict: return false
            case .cyclic: break
            }
        }
        if case .variable(let number) = left { return bind(right, to: number) == .agreed }
        if left.isDynamic || right.isDynamic { return true }
        switch (left, right) {
        case (.null, let other), (let other, .null): return other.takesNull
        case (.nullable(let inner), let other), (let other, .nullable(let inner)):
            return agree(inner, other.withoutNull)
        case (.list(let a), .list(let b)): return agree(a, b)
        case (.map(let k1, let v1), .map(let k2, let v2)): return agree(k1, k2) && agree(v1, v2)
        case (.object, .object): return true
        case (.object, .map(let key, let value)), (.map(let key, let value), .object):
            return agree(key, .string) && agree(value, .dyn)
        case (.type, .type): return true
        case (.opaque(let a, let inner), .opaque(let b, let others)):
            return a == b && inner.count == others.count && zip(inner, others).allSatisfy { agree($0, $1) }
        default: return left == right
        }
    }

    private enum Binding {
        case agreed, conflict, cyclic
    }

    private mutating func bind(_ type: ValueType, to number: Int) -> Binding {
        if type == .variable(number) { return .agreed }
        guard let known = found[number] else {
            guard !occurs(number, in: type) else { return .cyclic }
            found[number] = type
            return .agreed
        }
        if type == known { return .agreed }
        guard agree(type, known) else { return .conflict }
        let wider = type.isAtLeastAsGeneral(as: known) ? type : known
        if !occurs(number, in: wider) { found[number] = wider }
        return .agreed
    }

    private func occurs(_ number: Int, in type: ValueType) -> Bool {
        switch type {
        case .variable(let other): other == number || found[other].map { occurs(number, in: $0) } ?? false
        case .list(let element): occurs(number, in: element)
        case .map(let key, let value): occurs(number, in: key) || occurs(number, in: value)
        case .type(let inner), .nullable(let inner): occurs(number, in: inner)
        case .opaque(_, let parameters): parameters.contains { occurs(number, in: $0) }
        default: false
        }
    }

    /// The type of a list that holds both: the wider one when they agree, else dyn.
    mutating func join(_ left: ValueType?, _ right: ValueType) -> ValueType {
        guard let left else { return right }
        guard unify([(left, right)]) else { return .dyn }
        return left.isAtLeastAsGeneral(as: right) ? left : right
    }
}

extension ValueType {
    fileprivate var takesNull: Bool {
        switch self {
        case .null, .nullable, .timestamp, .duration, .opaque, .object: true
        default: false
        }
    }

    /// Whether everything known of this type is also known of the other.
    func isAtLeastAsGeneral(as other: ValueType) -> Bool {
        if self == .dyn || isParameterLike { return true }
        if other == .dyn || other.isParameterLike { return false }
        switch (self, other) {
        case (.nullable, .null): return true
        case (.nullable(let a), let b): return a.isAtLeastAsGeneral(as: b.withoutNull)
        case (.list(let a), .list(let b)): return a.isAtLeastAsGeneral(as: b)
        case (.map(let k1, let v1), .map(let k2, let v2)):
            return k1.isAtLeastAsGeneral(as: k2) && v1.isAtLeastAsGeneral(as: v2)
        case (.map, .object): return true
        case (.opaque(let a, let inner), .opaque(let b, let others)):
            return a == b && inner.count == others.count
                && zip(inner, others).allSatisfy { $0.isAtLeastAsGeneral(as: $1) }
        case (.type, .type): return true
        default: return self == other
        }
    }
}
