/// Where keys stand in a list that has each of them once: compared one by one where there are few, hashed where there are
/// many, so that the cost of changing many fields grows with their number alone.
package struct KeyPlaces {
    /// Up to so many keys are found sooner by comparing than by hashing.
    private static let few = 32

    private var places: [Key: Int]?

    /// - Parameter count: the most keys that the list will have.
    package init(expecting count: Int) {
        guard count > KeyPlaces.few else { return }
        places = Dictionary(minimumCapacity: count)
    }

    /// Notes that a key stands at a place now.
    package mutating func add(_ key: Key, at place: Int) { places?[key] = place }

    /// Where a key stands.
    ///
    /// - Parameter search: looks for it among few.
    package func place(of key: Key, search: () -> Int?) -> Int? {
        if let places { return places[key] }
        return search()
    }
}
