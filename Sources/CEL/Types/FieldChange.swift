/// What a step does to the fields that records have. Paths are names from the outside in.
package enum FieldChange: Sendable, Hashable {
    /// A value of a type is written; of most it is known only at run time.
    case add([String], type: ValueType = .dyn)
    case remove([String])
    /// The value moves to another place.
    case move([String], to: [String])
    /// Nothing else stays.
    case keep([[String]])
}

extension ObjectType {
    /// Paths with more names say nothing.
    private static let maximumDepth = 64

    /// The type of the records after some changes.
    ///
    /// - Parameter budget: how many fields may still be copied; what a hostile spec costs is bounded by it.
    /// - Returns: nil when the budget is used up.
    package func changed(by changes: [FieldChange], budget: inout Int) -> ObjectType? {
        guard !changes.isEmpty else { return self }
        var fields = FieldCopy(self, &budget)
        for change in changes {
            switch change {
            case .add(let path, let type): fields.add(path[...], type, &budget)
            case .remove(let path): fields.remove(path[...], &budget)
            case .move(let old, let new):
                let type = type(at: old) ?? .dyn
                fields.remove(old[...], &budget)
                fields.add(new[...], type, &budget)
            case .keep(let paths):
                var kept = FieldCopy(name: name)
                for path in paths {
                    guard let type = fields.object.type(at: path) else { continue }
                    kept.add(path[...], type, &budget)
                }
                fields = kept
            }
            guard budget > 0 else { return nil }
        }
        return fields.object
    }

    /// The type of records that are of this type or of another: it has the fields of both.
    ///
    /// - Returns: nil when the budget is used up.
    package func united(with other: ObjectType, budget: inout Int) -> ObjectType? {
        if self === other { return self }
        budget -= properties.count + other.properties.count
        guard budget > 0 else { return nil }
        var united = properties
        for (name, type) in other.properties {
            guard let known = united[name] else {
                united[name] = type
                continue
            }
            if known == type { continue }
            if case .object(let left) = known, case .object(let right) = type {
                guard let both = left.united(with: right, budget: &budget) else { return nil }
                united[name] = .object(both)
            } else {
                united[name] = .dyn
            }
        }
        let isOpen = additional != nil || other.additional != nil
        return ObjectType(name: name, properties: united, additional: isOpen ? .dyn : nil)
    }

    /// The type of what stands at a path; nil where no record can have it.
    fileprivate func type(at path: [String]) -> ValueType? {
        guard path.count <= ObjectType.maximumDepth else { return nil }
        var type = ValueType.object(self)
        for name in path {
            guard let inner = type.member(name) else { return nil }
            type = inner
        }
        return type
    }

    /// The fields of an object while they change.
    private struct FieldCopy {
        private let name: String
        private var properties: [String: ValueType] = [:]
        private var additional: ValueType?

        var object: ObjectType { ObjectType(name: name, properties: properties, additional: additional) }

        init(name: String) { self.name = name }

        init(_ object: ObjectType, _ budget: inout Int) {
            name = object.name
            properties = object.properties
            additional = object.additional
            budget -= properties.count
        }

        mutating func add(_ path: ArraySlice<String>, _ type: ValueType, _ budget: inout Int) {
            guard let name = path.first, path.count <= ObjectType.maximumDepth, budget > 0 else { return }
            budget -= 1
            guard path.count > 1 else { return properties[name] = type }
            switch properties[name]?.withoutNull {
            case nil where additional == nil:
                var inner = FieldCopy(name: "'\(name)'")
                inner.add(path.dropFirst(), type, &budget)
                properties[name] = .object(inner.object)
            case .object(let object):
                var inner = FieldCopy(object, &budget)
                inner.add(path.dropFirst(), type, &budget)
                properties[name] = .object(inner.object)
            default: properties[name] = .dyn
            }
        }

        mutating func remove(_ path: ArraySlice<String>, _ budget: inout Int) {
            guard let name = path.first, path.count <= ObjectType.maximumDepth, budget > 0 else { return }
            budget -= 1
            guard path.count > 1 else { return properties[name] = nil }
            guard case .object(let object) = properties[name]?.withoutNull else { return }
            var inner = FieldCopy(object, &budget)
            inner.remove(path.dropFirst(), &budget)
            properties[name] = .object(inner.object)
        }
    }
}

extension ValueType {
    /// The type of a member of records of this type; nil where they have none of that name.
    fileprivate func member(_ name: String) -> ValueType? {
        switch self {
        case .dyn, .error: .dyn
        case .nullable(let inner): inner.member(name)
        case .map(_, let value): value
        case .object(let object): object.properties[name] ?? object.additional
        default: nil
        }
    }

    /// What is wrong with a field path, names with dots between, over records of this type; nil when they can have it.
    package func problem(ofFieldPath text: String) -> CompileError? {
        var type = self
        var offset = 0
        for name in text.split(separator: ".", omittingEmptySubsequences: false) {
            let range = offset..<offset + name.utf8.count
            offset = range.upperBound + 1
            let field = String(name)
            guard let inner = type.member(field) else {
                guard case .object(let object) = type.withoutNull else {
                    return CompileError(.notSelectable(field, type: type.description), at: range)
                }
                return CompileError(
                    .unknownField(field, type: object.name), at: range, suggestion: object.closest(to: field))
            }
            if inner.isDynamic { return nil }
            type = inner
        }
        return nil
    }
}
