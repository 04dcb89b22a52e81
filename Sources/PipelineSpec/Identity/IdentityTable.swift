import Streaming

/// Tells equal entries of a kind apart: those after the first have a number.
struct IdentityTable {
    private var counts: [String: Int] = [:]

    /// The identity of the next entry in the order of the file.
    mutating func next(_ identity: Identity) -> Identity {
        let count = counts[identity.text, default: 0] + 1
        counts[identity.text] = count
        return count == 1 ? identity : Identity("\(identity.text) #\(count)", outside: identity.outside)
    }
}
