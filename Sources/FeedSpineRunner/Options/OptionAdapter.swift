internal import Diagnostics
internal import PipelineSpec

/// Reads the values of an option as a type that fields have, and hands them on as the program's.
protocol OptionAdapter<Value, Core>: Sendable {
    associatedtype Value: Sendable
    associatedtype Core: Sendable
    associatedtype Read: FieldValue

    func value(_ read: Read) -> Value
    func read(_ value: Value) -> Read
    func core(_ core: Read.Core) -> Core
}

extension OptionAdapter {
    var optional: any OptionAdapter<Value?, Core> { OptionalAdapter(base: self) }
    var list: any OptionAdapter<[Value], Core> { ListAdapter(base: self) }
    var mapping: any OptionAdapter<[String: Value], Core> { MappingAdapter(base: self) }

    func field(
        _ name: String, _ doc: String, default value: Value?, _ limits: [Limit<Core>], example: String?,
        role: OptionRole
    ) -> AnyField<Value> {
        AnyField(
            name, doc, default: value.map(read), limits.map { $0.constraint.over(core) }, example: example,
            role: role.field, as: self.value)
    }
}

extension Constraint {
    /// The same for values that are these in other words.
    func over<Other>(_ value: @escaping @Sendable (Other) -> Value) -> Constraint<Other> {
        Constraint<Other>(
            phrase, schema: schema, explaining: { explain(value($0)) }, holds: { holds(value($0)) })
    }
}

/// A type that fields have themselves.
struct PlainAdapter<Value: FieldValue>: OptionAdapter where Value.Core == Value {
    func value(_ read: Value) -> Value { read }
    func read(_ value: Value) -> Value { value }
    func core(_ core: Value) -> Value { core }
}

/// An enumeration of the program's.
struct WordAdapter<Value: OptionWord>: OptionAdapter {
    struct Word: OptionEnum {
        let value: Value

        static var allCases: [Word] { Value.allCases.map { Word(value: $0) } }
        var rawValue: String { value.rawValue }
        var doc: String { value.doc }

        init(value: Value) { self.value = value }

        init?(rawValue: String) {
            guard let value = Value(rawValue: rawValue) else { return nil }
            self.value = value
        }
    }

    func value(_ read: Word) -> Value { read.value }
    func read(_ value: Value) -> Word { Word(value: value) }
    func core(_ core: Word) -> Value { core.value }
}

private struct OptionalAdapter<Base: OptionAdapter>: OptionAdapter {
    let base: Base

    func value(_ read: Base.Read?) -> Base.Value? { read.map(base.value) }
    func read(_ value: Base.Value?) -> Base.Read? { value.map(base.read) }
    func core(_ core: Base.Read.Core) -> Base.Core { base.core(core) }
}

private struct ListAdapter<Base: OptionAdapter>: OptionAdapter {
    let base: Base

    func value(_ read: [Base.Read]) -> [Base.Value] { read.map(base.value) }
    func read(_ value: [Base.Value]) -> [Base.Read] { value.map(base.read) }
    func core(_ core: Base.Read.Core) -> Base.Core { base.core(core) }
}

private struct MappingAdapter<Base: OptionAdapter>: OptionAdapter {
    let base: Base

    func value(_ read: OptionMap<Base.Read>) -> [String: Base.Value] {
        Dictionary(read.entries.map { ($0.key, base.value($0.value)) }) { _, last in last }
    }

    func read(_ value: [String: Base.Value]) -> OptionMap<Base.Read> {
        OptionMap(value.sorted { $0.key < $1.key }.map { .init($0.key, base.read($0.value)) })
    }

    func core(_ core: Base.Read.Core) -> Base.Core { base.core(core) }
}
