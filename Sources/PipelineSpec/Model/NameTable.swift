import Diagnostics

/// Gives every entry of a kind a name of its own.
struct NameTable {
    private let kind: String
    private var taken: [String: SourceRange] = [:]
    /// The next number to try behind a name.
    private var numbers: [String: Int] = [:]

    /// - Parameter kind: the entries' kind, for messages.
    init(kind: String) { self.kind = kind }

    /// Takes a name that the file gives, so that generated ones avoid it.
    mutating func reserve(_ name: String, at range: SourceRange, _ reader: inout SpecReader) {
        if let first = taken[name] {
            reader.report(SpecProblem.duplicateName(name, kind: kind, first: first).diagnostic(at: range))
        } else {
            taken[name] = range
        }
    }

    /// Takes the name that an entry gives itself; what else is wrong with it is reported where it is read.
    mutating func reserve(of entry: Entry, _ reader: inout SpecReader) {
        guard let pair = entry.siblings.first(where: { $0.key.text == "name" }),
            let scalar = pair.value.scalar, !scalar.isNull, scalar.substitution != .deferred
        else { return }
        reserve(scalar.text, at: pair.value.range, &reader)
    }

    /// A free name: the wanted one, else with a number from `#2` behind it.
    mutating func generate(_ wanted: String, at range: SourceRange) -> String {
        var name = wanted
        while taken[name] != nil {
            let number = numbers[wanted, default: 2]
            numbers[wanted] = number + 1
            name = "\(wanted)#\(number)"
        }
        taken[name] = range
        return name
    }
}
