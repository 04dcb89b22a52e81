/// Why a program cannot have its components as they are.
enum ComponentProblem: Error, Hashable, CustomStringConvertible {
    /// A built-in component has the name.
    case builtin(String, name: String)
    /// Two of the program's have the name.
    case twice(String, name: String)
    /// An option that stands beside every component of the kind has the name.
    case option(String, name: String)
    /// The name cannot stand in a pipeline file, or in an expression.
    case name(String, name: String)

    var description: String {
        switch self {
        case .builtin(let kind, let name):
            "the \(kind) '\(name)' of this program has the name of a built-in \(kind); give it another one"
        case .twice(let kind, let name):
            "two \(kind)s of this program are called '\(name)'; rename one of them"
        case .option(let kind, let name):
            "the \(kind) '\(name)' of this program has the name of an option that stands beside every \(kind)"
        case .name("function", let name):
            "the function '\(name)' of this program cannot be called in expressions by that name"
        case .name(let kind, let name):
            "'\(name)' is no name for a \(kind); it takes lower-case letters, digits and `_`"
        }
    }
}
