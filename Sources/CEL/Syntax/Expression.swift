/// The number of a node in its ``SyntaxTree``.
package typealias ExpressionID = Int

/// A constant of the text.
package enum Literal: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
}

/// One node of a syntax tree; children are numbers of other nodes.
package struct Expression: Sendable {
    /// What a node is, with its children.
    package indirect enum Kind: Sendable {
        case literal(Literal)
        /// A name; a leading dot (`.name`) looks it up outside the container and all local variables.
        case identifier(String, isAbsolute: Bool)
        case select(operand: ExpressionID, field: String, mode: SelectMode)
        case index(operand: ExpressionID, index: ExpressionID, isOptional: Bool)
        case operation(Operator, [ExpressionID])
        /// A chain of `&&` or `||`, flattened.
        case logic(LogicOperator, [ExpressionID])
        case conditional(condition: ExpressionID, then: ExpressionID, otherwise: ExpressionID)
        case call(function: String, target: ExpressionID?, arguments: [ExpressionID], isAbsolute: Bool)
        case list([Element])
        case map([Entry])
        case message(String)
        case comprehension(Comprehension)
        case bind(variable: String, value: ExpressionID, body: ExpressionID)
        case block([ExpressionID], body: ExpressionID)
        case blockIndex(Int)
        /// `optMap` and `optFlatMap`.
        case optionalMap(target: ExpressionID, variable: String, body: ExpressionID, isFlat: Bool)
        /// `default(value, fallback)`: the fallback when a field on the way is absent or null.
        case fallback(value: ExpressionID, fallback: ExpressionID)
    }

    /// How a field is asked for.
    package enum SelectMode: Sendable {
        case plain
        /// `has(a.b)`
        case test
        /// `has(a)`, a field of the record
        case testField
        /// `a.?b`
        case optional
    }

    /// The operators whose operands need not all be evaluated.
    package enum LogicOperator: String, Sendable {
        case and = "&&"
        case or = "||"
    }

    /// An element of a list literal; `[?x]` is optional.
    package struct Element: Sendable {
        package let value: ExpressionID
        package let isOptional: Bool
    }

    /// An entry of a map literal; `{?k: x}` is optional.
    package struct Entry: Sendable {
        package let key: ExpressionID
        package let value: ExpressionID
        package let isOptional: Bool
    }

    /// A macro over a list or a map.
    package struct Comprehension: Sendable {
        /// Which macro.
        package enum Kind: String, Sendable {
            case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry, sortBy
        }

        package let kind: Kind
        package let range: ExpressionID
        /// One name (the element or key) or two (index or key, then value).
        package let variables: [String]
        /// The condition of the quantifiers and filters.
        package let predicate: ExpressionID?
        /// What becomes of each element, for the macros that build something.
        package let transform: ExpressionID?
    }

    package let kind: Kind
    /// UTF-8 offsets into the expression's text.
    package let range: Range<Int>
    /// The height of the tree below, 1 for a leaf.
    package let depth: Int
}

/// The operators that are functions, by the names that the specification gives them.
package enum Operator: String, Sendable, CaseIterable {
    case negate = "-_"
    case not = "!_"
    case add = "_+_"
    case subtract = "_-_"
    case multiply = "_*_"
    case divide = "_/_"
    case modulo = "_%_"
    case equal = "_==_"
    case notEqual = "_!=_"
    case less = "_<_"
    case lessOrEqual = "_<=_"
    case greater = "_>_"
    case greaterOrEqual = "_>=_"
    case `in` = "@in"
}

/// An expression as the parser leaves it: macros expanded, every node with its place.
package struct SyntaxTree: Sendable {
    /// Children stand before their parents.
    package internal(set) var nodes: [Expression] = []
    /// The node of the whole expression.
    package internal(set) var root: ExpressionID = 0
    /// Where the names of called functions and selected fields stand.
    var nameRanges: [ExpressionID: Range<Int>] = [:]

    package subscript(id: ExpressionID) -> Expression { nodes[id] }
}

extension Expression.Kind {
    /// The nodes directly below, in the order of evaluation.
    var children: [ExpressionID] {
        switch self {
        case .literal, .identifier, .message, .blockIndex: []
        case .select(let operand, _, _): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .operation(_, let operands), .logic(_, let operands): operands
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .call(_, let target, let arguments, _): (target.map { [$0] } ?? []) + arguments
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let comprehension):
            [comprehension.range, comprehension.predicate, comprehension.transform].compactMap(\.self)
        case .bind(_, let value, let body): [value, body]
        case .block(let values, let body): values + [body]
        case .optionalMap(let target, _, let body, _): [target, body]
        case .fallback(let value, let fallback): [value, fallback]
        }
    }
}
