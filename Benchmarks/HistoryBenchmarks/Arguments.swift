/// `--keys 10000000 --share 0.6 --folder /tmp`
struct Arguments {
    var keys = 10_000_000
    /// The share of the keys that is due.
    var share = 0.6
    /// Whether the history is kept in memory, and only filled.
    var isInMemory = false
    /// Where filled histories are kept.
    var folder = "."

    init(_ arguments: some Sequence<String>) throws {
        var arguments = arguments.makeIterator()
        while let name = arguments.next() {
            guard let value = arguments.next() else { throw Failure(text: "\(name) needs a value") }
            switch name {
            case "--keys": keys = try Arguments.number(value, of: name)
            case "--share": share = try Arguments.number(value, of: name)
            case "--folder": folder = value
            case "--memory": isInMemory = value == "yes"
            default: throw Failure(text: "unknown option \(name)")
            }
        }
        guard keys > 0, (0...1).contains(share) else {
            throw Failure(text: "there must be keys, and a share of them")
        }
    }

    private static func number<Number: LosslessStringConvertible>(_ text: String, of name: String) throws
        -> Number
    {
        guard let number = Number(text) else { throw Failure(text: "\(name) needs a number, not \(text)") }
        return number
    }
}
