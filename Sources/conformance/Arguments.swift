/// What the command line asks for.
struct Arguments: Equatable {
    var suite: String
    var folder: String
    var showsFailures = false
    var isJSON = false

    /// Why a command line is wrong.
    enum Problem: Error, Equatable, CustomStringConvertible {
        case missing(String)
        case unexpected(String)
        case unknownOption(String)

        var description: String {
            switch self {
            case .missing(let what): "missing \(what)"
            case .unexpected(let argument): "unexpected argument '\(argument)'"
            case .unknownOption(let option): "unknown option '\(option)'"
            }
        }
    }

    /// Reads the words after the program's name.
    init(_ words: [String]) throws(Problem) {
        var places: [String] = []
        for word in words {
            switch word {
            case "--failures": showsFailures = true
            case "--json": isJSON = true
            case _ where word.hasPrefix("-"): throw .unknownOption(word)
            default: places.append(word)
            }
        }
        guard places.count > 0 else { throw .missing("the suite") }
        guard places.count > 1 else { throw .missing("DIR") }
        guard places.count == 2 else { throw .unexpected(places[2]) }
        suite = places[0]
        folder = places[1]
    }
}
