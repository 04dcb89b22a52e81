import Diagnostics
import Notation

/// Names, selections and indexes.
extension Checker {
    /// The types that have a name of their own in expressions.
    static let typeNames: [String: ValueType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "list": .list(.dyn), "map": .map(.dyn, .dyn), "null_type": .null, "type": .type(.dyn), "dyn": .dyn,
        ValueType.optionalName: .optional(.dyn), "net.IP": .ip, "net.CIDR": .cidr,
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration
    ]

    mutating func checkIdentifier(_ id: ExpressionID) -> ValueType {
        guard case .identifier(let name, let isAbsolute) = tree[id].kind else { return .error }
        if !isAbsolute, let local = local(name) {
            references[id] = .local(slot: local.slot)
            return local.type
        }
        if let type = resolve(name, isAbsolute: isAbsolute, for: id) { return type }
        return unknownName(name, at: id)
    }

    /// Looks a name up, qualified or not, and notes what it stands for.
    private mutating func resolve(_ name: String, isAbsolute: Bool, for id: ExpressionID) -> ValueType? {
        for candidate in candidates(name, isAbsolute: isAbsolute) {
            if let type = environment.variables[candidate] {
                references[id] = .declared(place(of: candidate))
                return type
            }
        }
        if environment.record != nil, let type = resolveInRecord(name, for: id) { return type }
        for candidate in candidates(name, isAbsolute: isAbsolute) {
            if let type = Checker.typeNames[candidate] {
                references[id] = .type(candidate)
                return .type(type)
            }
        }
        return resolveDynamicField(name, for: id)
    }

    /// `x.y.name`, `x.name`, `name` in the container `x.y`.
    func candidates(_ name: String, isAbsolute: Bool) -> [String] {
        guard !isAbsolute, !environment.container.isEmpty else { return [name] }
        var parts = environment.container.split(separator: ".")
        var result: [String] = []
        while !parts.isEmpty {
            result.append(parts.joined(separator: ".") + "." + name)
            parts.removeLast()
        }
        return result + [name]
    }

    private mutating func place(of variable: String) -> Int {
        if let known = variables.firstIndex(of: variable) { return known }
        variables.append(variable)
        return variables.count - 1
    }

    /// The names beside the fields, then declared fields, then `type`, which records use more than types do.
    private mutating func resolveInRecord(_ name: String, for id: ExpressionID) -> ValueType? {
        switch name {
        case RecordNames.record:
            references[id] = .record
            return environment.record
        case RecordNames.meta:
            references[id] = .meta
            return .object(RecordNames.metaType)
        case RecordNames.now:
            references[id] = .now
            return .timestamp
        default: break
        }
        if case .object(let object) = environment.record, let type = object.properties[name] {
            references[id] = .field(name)
            return type
        }
        guard name == "type", environment.record?.isDynamic == true else { return nil }
        references[id] = .field(name)
        return .dyn
    }

    /// A field of a record that declares nothing, or not everything.
    private mutating func resolveDynamicField(_ name: String, for id: ExpressionID) -> ValueType? {
        guard case .identifier = tree[id].kind else { return nil }
        switch environment.record {
        case .object(let object):
            guard let type = object.additional else { return nil }
            references[id] = .field(name)
            return type
        case .map(_, let value):
            references[id] = .field(name)
            return value
        case .dyn, .error:
            references[id] = .field(name)
            return .dyn
        default: return nil
        }
    }

    private mutating func unknownName(_ name: String, at id: ExpressionID) -> ValueType {
        references[id] = .unresolved(name)
        if case .object(let object) = environment.record {
            report(
                .unknownField(name, type: object.name), at: tree[id].range,
                suggestion: object.closest(to: name, or: RecordNames.all))
        } else {
            report(
                .undeclaredName(name), at: tree[id].range,
                suggestion: closestMatch(to: name, among: environment.variables.keys.sorted()))
        }
        return .error
    }

    // MARK: Selections

    mutating func checkSelect(
        _ id: ExpressionID, operand: ExpressionID, field: String, mode: Expression.SelectMode
    ) -> ValueType {
        if mode == .plain, let (name, isAbsolute) = qualifiedName(of: id),
            let type = resolve(name, isAbsolute: isAbsolute, for: id)
        {
            return type
        }
        let operandType = substitution.apply(check(operand))
        let content = operandType.optionalContent
        let type = fieldType(field, of: content ?? operandType, at: id)
        switch mode {
        case .test: return .bool
        case .testField:
            // A variable of a macro hides the field, and is always there.
            if local(field) != nil {
                errors.append(CompileError(.notAFieldSelection(macro: "has"), at: tree[operand].range))
            }
            return .bool
        case .optional: return .optional(type.optionalContent ?? type)
        case .plain: return content == nil ? type : .optional(type)
        }
    }

    /// `a.b.c` unless its first name is a local variable.
    func qualifiedName(of id: ExpressionID) -> (name: String, isAbsolute: Bool)? {
        switch tree[id].kind {
        case .identifier(let name, let isAbsolute):
            isAbsolute || local(name) == nil ? (name, isAbsolute) : nil
        case .select(let operand, let field, .plain):
            qualifiedName(of: operand).map { ("\($0.name).\(field)", $0.isAbsolute) }
        default: nil
        }
    }

    private mutating func fieldType(_ field: String, of type: ValueType, at id: ExpressionID) -> ValueType {
        switch type {
        case .dyn, .error, .variable: return .dyn
        case .nullable(let inner): return fieldType(field, of: inner, at: id)
        case .map(let key, let value):
            guard substitution.unify([(key, .string)]) else { break }
            return value
        case .object(let object):
            if let type = object.properties[field] ?? object.additional { return type }
            report(
                .unknownField(field, type: object.name), at: fieldRange(of: id),
                suggestion: object.closest(to: field))
            return .error
        default: break
        }
        report(.notSelectable(field, type: shown(type)), at: fieldRange(of: id))
        return .error
    }

    /// The place of the field's own name.
    private func fieldRange(of id: ExpressionID) -> Range<Int> { tree.nameRanges[id] ?? tree[id].range }

    /// The text of a string literal without its quotes, if it is written plainly.
    private func contentRange(_ text: String, of id: ExpressionID) -> Range<Int> {
        let range = tree[id].range
        guard range.count == text.utf8.count + 2 else { return range }
        return range.lowerBound + 1..<range.upperBound - 1
    }

    // MARK: Indexes

    mutating func checkIndex(
        _ id: ExpressionID, operand: ExpressionID, index: ExpressionID, isOptional: Bool
    ) -> ValueType {
        let operandType = substitution.apply(check(operand))
        let indexType = check(index)
        let content = operandType.optionalContent
        let type = elementType(of: content ?? operandType, at: id, index: index, indexType)
        return isOptional || content != nil ? .optional(type) : type
    }

    private mutating func elementType(
        of container: ValueType, at id: ExpressionID, index: ExpressionID, _ indexType: ValueType
    ) -> ValueType {
        switch container {
        case .dyn, .error, .variable: return .dyn
        case .nullable(let inner): return elementType(of: inner, at: id, index: index, indexType)
        case .list(let element):
            if substitution.unify([(indexType, .int)]) { return element }
        case .map(let key, let value):
            if substitution.unify([(indexType, key)]) { return value }
        case .object(let object):
            guard substitution.unify([(indexType, .string)]) else { break }
            guard case .literal(.string(let name)) = tree[index].kind else { return .dyn }
            if let type = object.properties[name] ?? object.additional { return type }
            report(
                .unknownField(name, type: object.name), at: contentRange(name, of: index),
                suggestion: object.closest(to: name))
            return .error
        default: break
        }
        report(
            .noMatchingOverload(function: "_[_]", arguments: [shown(container), shown(indexType)]), at: id)
        return .error
    }
}
