/// How a stage behaves in the chain, as far as other stages and the options beside its name depend on it.
package struct StageTraits: Sendable {
    /// Where it belongs.
    package enum Place: Sendable {
        case anywhere
        /// Behind a delivery it comes too late for what it is there for.
        case beforeDelivery
        /// It is the delivery.
        case atDelivery
    }

    /// A step that can fail for a record.
    package static let failing = StageTraits(canFail: true)

    var place = Place.anywhere
    /// Whether records wait before it, in a buffer.
    var waits = false
    /// Whether a record can fail in it, apart from a `when`; of a stage that holds a map, the map says it.
    var canFail = false
    /// Whether trying again may help.
    var retries = false
    /// Whether what the state has of it can go on under another address.
    var carriesOver = true
    /// Options each of which makes a stage of its own; where several are given, they follow each other in this order.
    var parts: [String] = []
}

/// One of the options that a stage is made of, where there are several.
struct StagePartName: Sendable, Hashable {
    let name: String
    let others: [String]
}

/// Which part is to be built.
enum StagePartNameKey: BuildContextKey {
    static let defaultValue: StagePartName? = nil
}
