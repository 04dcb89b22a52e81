/// What a source, a stage or a sink is known by in the state: its component and its address, never its place.
///
/// The address are the options that say *where* (a path, a URL), or of a stage what makes it the one that it is (the
/// expressions of a key). A label, a batch size, a rate are no part of it, so changing them changes nothing in the state.
package struct Identity: Hashable, Sendable {
    /// Component and address as the spec spells them, such as `jsonl items/*.jsonl`; of several equal ones, those
    /// after the first have `#2`, `#3` behind it. A value from `${…}` stands here as it is spelled.
    package let text: String
    /// The values that came from `${…}`; the state holds only a keyed hash of them.
    package let outside: [String]

    package init(_ text: String, outside: [String] = []) {
        self.text = text
        self.outside = outside
    }

    /// The form that a state stores; the same for the same identity and key, in every process.
    package func stored(_ key: SipHashKey) -> String {
        if outside.isEmpty { return text }
        var hash = SipHash128(key: key)
        for value in outside {
            var value = value
            value.withUTF8 { hash.update($0) }
            hash.update(0xFF)
        }
        let (high, low) = hash.finish()
        return "\(text) ~\(String(high, radix: 16))\(String(low, radix: 16))"
    }
}
