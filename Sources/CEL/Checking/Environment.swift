/// What an expression may refer to, and how much it may do.
package struct Environment: Sendable {
    /// Declared variables by name; names may be qualified (`a.b`).
    package var variables: [String: ValueType] = [:]
    /// What can be called.
    package var functions: FunctionLibrary
    /// The namespace in which names are looked up first, innermost to outermost: `x.y` tries `x.y.name`, `x.name`,
    /// `name`.
    package var container = ""
    /// Which macros and optional syntax there are.
    package var extensions: Extensions
    /// How long, deep and costly expressions may be.
    package var limits = Limits()
    /// The type of the records whose top-level fields are variables; nil when there are no records.
    package var record: ValueType?
    /// Whether disagreeing types are errors; without it they show when the expression is evaluated.
    package var checksTypes = true
    /// Whether `has`, `all` and the other macros are expanded, or are plain calls.
    package var expandsMacros = true

    /// The language with the given extensions and functions, without variables.
    package init(
        extensions: Extensions = .all, functions: FunctionLibrary? = nil
    ) {
        self.extensions = extensions
        self.functions = functions ?? FunctionLibrary.language(extensions)
    }

    /// For expressions over records: their fields are variables beside `record`, `meta` and `now`.
    package static func records(
        _ type: ValueType = .dyn, functions: FunctionLibrary? = nil
    ) -> Environment {
        var environment = Environment(extensions: .pipelines, functions: functions)
        environment.record = type
        return environment
    }
}

/// The names that expressions over records have beside the fields; they win over fields of the same name, which are
/// reached as `record.meta` and so on.
package enum RecordNames {
    static let record = "record"
    static let meta = "meta"
    static let now = "now"

    package static let all = [record, meta, now]

    static let metaType = ObjectType(
        name: "'meta'",
        properties: Dictionary(uniqueKeysWithValues: MetaField.allCases.map { ($0.rawValue, $0.type) }))
}

/// What is known of a record beside its fields.
package enum MetaField: String, CaseIterable, Sendable {
    case source, received, index, cluster
    case similarTo = "similar_to"

    /// The name that they are under: as in expressions, a field of the record that is called so is hidden.
    package static let container = RecordNames.meta

    /// The names, as one writes them.
    package static let paths = allCases.map { "\(container).\($0.rawValue)" }

    fileprivate var type: ValueType {
        switch self {
        case .source, .cluster, .similarTo: .string
        case .received: .timestamp
        case .index: .int
        }
    }
}

/// Bounds on the text of an expression and on the work of one evaluation.
package struct Limits: Sendable {
    /// UTF-8 bytes of the text.
    package var textLength = 100_000
    /// Levels of nesting of the syntax tree.
    package var depth = 64
    /// Steps of one evaluation: a call, an element looked at, 64 bytes of text made.
    package var cost = 1_000_000

    package init() {}
}

/// Parts of the language beyond the standard definition.
package struct Extensions: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let strings = Extensions(rawValue: 1 << 0)
    package static let math = Extensions(rawValue: 1 << 1)
    package static let lists = Extensions(rawValue: 1 << 2)
    package static let encoders = Extensions(rawValue: 1 << 3)
    package static let optionals = Extensions(rawValue: 1 << 4)
    package static let twoVariables = Extensions(rawValue: 1 << 5)
    package static let bindings = Extensions(rawValue: 1 << 6)
    package static let block = Extensions(rawValue: 1 << 7)
    package static let network = Extensions(rawValue: 1 << 8)
    /// Functions for feed work, `default` among them.
    package static let feeds = Extensions(rawValue: 1 << 9)

    /// Everything of the specification and of its common libraries.
    package static let all: Extensions = [
        .strings, .math, .lists, .encoders, .optionals, .twoVariables, .bindings, .block, .network
    ]

    /// What pipelines offer: everything but `cel.block`, which is for generated expressions.
    package static let pipelines: Extensions = Extensions.all.subtracting(.block).union(.feeds)
}
