/// Numbers of lines: the first few, and how many there are.
package struct LineNumbers: Sendable, Hashable, CustomStringConvertible {
    private var first: [Int] = []
    package private(set) var count = 0

    /// More are only counted.
    private static let named = 10

    package init() {}

    package mutating func add(_ number: Int) {
        if first.count < LineNumbers.named { first.append(number) }
        count += 1
    }

    package mutating func add(_ others: LineNumbers) {
        first += others.first.prefix(LineNumbers.named - first.count)
        count += others.count
    }

    /// `1, 2, 3 and 4 more`.
    package var description: String {
        let shown = first.map(String.init).joined(separator: ", ")
        return count > first.count ? "\(shown) and \(count - first.count) more" : shown
    }
}
