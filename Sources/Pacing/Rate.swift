/// So many in a period: records, or requests.
package struct Rate: Sendable, Hashable {
    package let count: Int
    package let period: Duration

    /// - Parameter count: at least 1.
    package init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }
}
