/// What a name or a call of a checked expression stands for.
enum Reference: Sendable {
    /// A variable of a macro, by its place in the frame.
    case local(slot: Int)
    /// A declared variable, by its place among ``CheckedExpression/variables``.
    case declared(Int)
    /// A top-level field of the record.
    case field(String)
    case record
    case meta
    case now
    /// A type by its name.
    case type(String)
    /// The overloads that may match at run time; the flag says that the target is only a namespace.
    case overloads([Overload], name: String, isQualified: Bool)
    /// Nothing is known; evaluating it is an error.
    case unresolved(String)
}

/// A syntax tree with its types and references.
struct CheckedExpression: Sendable {
    let tree: SyntaxTree
    /// By node; `dyn` where nothing better is known.
    let types: [ValueType]
    let references: [ExpressionID: Reference]
    /// First slot of the variables of comprehensions, bindings and blocks.
    let slots: [ExpressionID: Int]
    /// Operands that stand beside a timestamp and are read as one when they are strings.
    let readAsTimestamp: Set<ExpressionID>
    /// Names of the declared variables that occur, in the order of their places.
    let variables: [String]
    let slotCount: Int

    var type: ValueType { types[tree.root] }
}
