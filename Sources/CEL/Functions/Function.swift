/// A function with everything that is known of it: types, code, documentation, examples.
package struct Function: Sendable {
    /// An expression of constants and what it evaluates to, both as CEL text.
    package struct Example: Sendable {
        package let expression: String
        package let result: String

        package init(_ expression: String, _ result: String) {
            self.expression = expression
            self.result = result
        }
    }

    /// The name, qualified when it is in a namespace: `size`, `math.abs`.
    package let name: String
    /// One or two sentences for the reference.
    package let doc: String
    package internal(set) var examples: [Example]
    /// The ways of calling it; of several that match at run time the first is taken.
    package internal(set) var overloads: [Overload]
    /// What is wrong with a text as its last argument, besides the receiver; nil when it will do. A constant one is
    /// judged before anything is evaluated.
    var problemOfArgument: (@Sendable (String) -> (problem: String, suggestion: String?)?)?

    package init(_ name: String, _ doc: String, examples: [Example] = [], _ overloads: Overload...) {
        self.name = name
        self.doc = doc
        self.examples = examples
        self.overloads = overloads
    }
}

/// One way of calling a function.
package struct Overload: Sendable {
    /// How a call is written.
    package enum Style: Sendable {
        /// `f(a, b)`
        case global
        /// `a.f(b)`; the receiver is the first parameter.
        case member
    }

    /// The code. It is called only with arguments of the declared kinds, never with failures.
    package enum Body: Sendable {
        case none(@Sendable (inout Frame) -> Value)
        case one(@Sendable (Value, inout Frame) -> Value)
        case two(@Sendable (Value, Value, inout Frame) -> Value)
        case many(@Sendable ([Value], inout Frame) -> Value)
        /// Known to the checker only.
        case declared
    }

    package let style: Style
    package let parameters: [ValueType]
    package let result: ValueType
    /// Whether the last parameter may be repeated.
    package let isVariadic: Bool
    package let body: Body

    package init(
        _ style: Style, _ parameters: [ValueType], _ result: ValueType, isVariadic: Bool = false, _ body: Body
    ) {
        self.style = style
        self.parameters = parameters
        self.result = result
        self.isVariadic = isVariadic
        self.body = body
    }

    func takes(argumentCount: Int) -> Bool {
        isVariadic ? argumentCount >= parameters.count : argumentCount == parameters.count
    }

    func parameter(at position: Int) -> ValueType { parameters[min(position, parameters.count - 1)] }
}

/// Functions by name.
package struct FunctionLibrary: Sendable {
    private var byName: [String: Function] = [:]
    /// What stands before the last dot of names.
    private var namespaces: Set<String> = []

    package init(_ functions: [Function] = []) {
        for function in functions { add(function) }
    }

    /// Adds a function; the overloads and examples of one that is there are added to it.
    package mutating func add(_ function: Function) {
        if var known = byName[function.name] {
            known.overloads += function.overloads
            known.examples += function.examples
            byName[function.name] = known
        } else {
            byName[function.name] = function
            if let dot = function.name.lastIndex(of: ".") { namespaces.insert(String(function.name[..<dot])) }
        }
    }

    func hasNamespace(_ name: String) -> Bool { namespaces.contains(name) }

    /// Adds several functions.
    package mutating func add(_ functions: [Function]) { for function in functions { add(function) } }

    package subscript(name: String) -> Function? { byName[name] }

    /// All names, sorted.
    package var names: [String] { byName.keys.sorted() }
}
